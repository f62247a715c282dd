import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELD_MODULUS } from "./field.ts";
import { addPoints, GENERATOR, GRUMPKIN_ORDER, NEUTRAL, negatePoint, scalarMultiply } from "./grumpkin.ts";
import { poseidon2Hash } from "./poseidon2.ts";
import {
  InvalidSecretError,
  publicKeyOf,
  randomSecret,
  type SignedChallenge,
  signChallenge,
  verifyMany,
} from "./signature.ts";

function sign(secret: bigint, message: bigint): SignedChallenge {
  const publicKey = publicKeyOf(secret);
  return { publicKey, ...signChallenge(secret, (r) => poseidon2Hash([r.x, publicKey.x, publicKey.y, message])) };
}

const good = sign(7n, 1n);
const { r, s } = good.signature;

test("a signature satisfies the equation that the circuit checks", () => {
  const { publicKey, challenge } = good;
  expect(addPoints(scalarMultiply(GENERATOR, s), scalarMultiply(publicKey, challenge))).toEqual(r);
});

test("signing is deterministic, and no two messages share a nonce", () => {
  expect(sign(7n, 1n)).toEqual(good);
  expect(sign(7n, 2n).signature.r).not.toEqual(r);
  expect(sign(8n, 1n).signature.r).not.toEqual(r);
});

const forgeries: Record<string, SignedChallenge> = {
  "another challenge": { ...good, challenge: good.challenge + 1n },
  "a challenge that is not canonical": { ...good, challenge: good.challenge + FIELD_MODULUS },
  "a negative challenge": { ...good, challenge: good.challenge - GRUMPKIN_ORDER },
  "another key": { ...good, publicKey: publicKeyOf(8n) },
  "the key's opposite": { ...good, publicKey: negatePoint(good.publicKey) },
  "a neutral key": { ...good, publicKey: NEUTRAL },
  "a key off the curve": { ...good, publicKey: { x: 1n, y: 1n } },
  "another s": { ...good, signature: { r, s: (s + 1n) % GRUMPKIN_ORDER } },
  "s plus the group order": { ...good, signature: { r, s: s + GRUMPKIN_ORDER } },
  "a negative s": { ...good, signature: { r, s: s - GRUMPKIN_ORDER } },
  "the opposite r, which has the same x": { ...good, signature: { r: negatePoint(r), s } },
  "a neutral r": { ...good, signature: { r: NEUTRAL, s } },
  "an r off the curve": { ...good, signature: { r: { x: r.x, y: r.y + 1n }, s } },
  "an r that is not canonical": { ...good, signature: { r: { x: r.x + FIELD_MODULUS, y: r.y }, s } },
  "all zero": { publicKey: NEUTRAL, challenge: 0n, signature: { r: NEUTRAL, s: 0n } },
};

test.each(Object.keys(forgeries))("a signature with %s is refused", (name) => {
  expect(verifyMany([forgeries[name]!])).toEqual([false]);
  expect(verifyMany([good, forgeries[name]!, good])).toEqual([true, false, true]);
});

test("two forgeries whose errors cancel in a plain sum are refused", () => {
  const up = { ...good, signature: { r, s: s + 1n } };
  const down = { ...good, signature: { r, s: s - 1n } };
  expect(verifyMany([up, down])).toEqual([false, false]);
});

test("in any mixture exactly the bad ones are found", () => {
  const signed = Array.from({ length: 40 }, (_, i) => sign(BigInt(i + 1), BigInt(i)));
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 0, maxLength: 40 }), (pattern) => {
      const items = pattern.map((ok, i) =>
        ok ? signed[i]! : { ...signed[i]!, challenge: (signed[i]!.challenge + 1n) % FIELD_MODULUS },
      );
      expect(verifyMany(items)).toEqual(pattern);
    }),
    { numRuns: 20 },
  );
});

test("more signatures than one multiplication takes", () => {
  expect(verifyMany(new Array(2100).fill(good))).toEqual(new Array(2100).fill(true));
});

test("secrets outside the group are refused", () => {
  for (const secret of [0n, -1n, GRUMPKIN_ORDER, 5 as unknown as bigint]) {
    expect(() => publicKeyOf(secret)).toThrow(InvalidSecretError);
    expect(() => signChallenge(secret, () => 1n)).toThrow(InvalidSecretError);
  }
  const random = randomSecret();
  expect(random > 0n && random < GRUMPKIN_ORDER).toBe(true);
});

test("a secret above the field modulus, where scalars are not fields, signs as well", () => {
  expect(verifyMany([sign(GRUMPKIN_ORDER - 1n, 3n), sign(FIELD_MODULUS, 3n)])).toEqual([true, true]);
});
