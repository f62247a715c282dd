import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { createScalars } from "./curve/createScalars.ts";
import { FrondError } from "./error.ts";
import { bytesToInteger, type Field, fieldToBytes, isField } from "./field.ts";
import {
  GENERATOR,
  GRUMPKIN_ORDER,
  isOnCurve,
  MAXIMUM_POINTS,
  multiplyGenerator,
  multiScalarMultiply,
  NEUTRAL,
  negatePoint,
  type Point,
} from "./grumpkin.ts";

/** A Schnorr signature over Grumpkin: `s * G + challenge * publicKey = r`, with `s` in `[0, GRUMPKIN_ORDER)`. */
export type Signature = { readonly r: Point; readonly s: bigint };

export type SignedChallenge = { readonly publicKey: Point; readonly challenge: Field; readonly signature: Signature };

const scalars = createScalars(GRUMPKIN_ORDER);

// A batch has two points per signature, plus the generator.
const BATCH = Math.floor((MAXIMUM_POINTS - 1) / 2);

/**
 * `secret * G`.
 * @throws {@link InvalidSecretError} when `secret` is outside `1 .. GRUMPKIN_ORDER - 1`
 */
export function publicKeyOf(secret: bigint): Point {
  if (typeof secret !== "bigint" || secret <= 0n || secret >= GRUMPKIN_ORDER) throw new InvalidSecretError();
  return multiplyGenerator(secret);
}

/** Generates a secret key from 512 bits of system randomness. The length keeps the bias of the reduction negligible. */
export function randomSecret(): bigint {
  return (bytesToInteger(crypto.getRandomValues(new Uint8Array(64))) % (GRUMPKIN_ORDER - 1n)) + 1n;
}

/**
 * Signs the hash that `challengeOf` computes over `r` and the message. The nonce is deterministic: an HMAC, keyed by
 * the secret, of the challenge for the neutral element, which identifies the message. Equal messages get equal
 * signatures, and two different messages never share a nonce.
 *
 * The nonce, its point and `s` are computed in WebAssembly in constant time. What is not: the conversion of the secret
 * from a bigint to bytes and words, whose time depends on the number of words; and the HMAC is JavaScript, without
 * branches on its key. An engine's compiler may do otherwise with either; nothing measures that.
 * @throws {@link InvalidSecretError} when `secret` is outside `1 .. GRUMPKIN_ORDER - 1`
 */
export function signChallenge(
  secret: bigint,
  challengeOf: (r: Point) => Field,
): { signature: Signature; challenge: Field } {
  if (typeof secret !== "bigint" || secret <= 0n || secret >= GRUMPKIN_ORDER) throw new InvalidSecretError();
  const seed = hmac(sha512, fieldToBytes(secret), fieldToBytes(challengeOf(NEUTRAL)));
  const nonce = scalars.toNonce(seed);
  const r = multiplyGenerator(nonce);
  const challenge = challengeOf(r);
  return { signature: { r, s: scalars.respond(nonce, challenge, secret) }, challenge };
}

/**
 * Verifies each signature and returns one boolean per item. One multi-scalar multiplication with random 128-bit weights
 * checks a whole batch, so a batch with an invalid signature passes with probability 2^-128. A failed batch is halved
 * until each invalid signature is isolated.
 */
export function verifyMany(items: readonly SignedChallenge[]): boolean[] {
  const valid = items.map(isWellFormed);
  const candidates = valid.flatMap((ok, i) => (ok ? [i] : []));
  for (let at = 0; at < candidates.length; at += BATCH) check(candidates.slice(at, at + BATCH));
  return valid;

  function check(indices: readonly number[]): void {
    if (isSumNeutral(indices.map((i) => items[i]!))) return;
    if (indices.length === 1) {
      valid[indices[0]!] = false;
      return;
    }
    const middle = indices.length >> 1;
    check(indices.slice(0, middle));
    check(indices.slice(middle));
  }
}

function isWellFormed({ publicKey, challenge, signature: { r, s } }: SignedChallenge): boolean {
  return (
    isField(challenge) && typeof s === "bigint" && s >= 0n && s < GRUMPKIN_ORDER && isOnCurve(publicKey) && isOnCurve(r)
  );
}

// Grumpkin has prime order: every point on the curve is in the group, and no small factor can cancel the weights.
function isSumNeutral(items: readonly SignedChallenge[]): boolean {
  const weights = new BigUint64Array(2 * items.length);
  crypto.getRandomValues(weights);
  let generatorScalar = 0n;
  const terms: { point: Point; scalar: bigint }[] = [];
  items.forEach(({ publicKey, challenge, signature: { r, s } }, i) => {
    const weight = (weights[2 * i]! << 64n) | weights[2 * i + 1]! | 1n;
    generatorScalar += weight * s;
    terms.push({ point: publicKey, scalar: (weight * challenge) % GRUMPKIN_ORDER });
    terms.push({ point: negatePoint(r), scalar: weight });
  });
  terms.push({ point: GENERATOR, scalar: generatorScalar % GRUMPKIN_ORDER });
  const { x, y } = multiScalarMultiply(terms);
  return x === 0n && y === 0n;
}

export class InvalidSecretError extends FrondError {
  constructor() {
    super({
      code: "foundation/invalid-secret",
      message:
        "A secret key must be an integer from 1 up to the Grumpkin group order. " +
        "Make one with `randomSecret` or derive it from a wallet signature.",
    });
  }
}
