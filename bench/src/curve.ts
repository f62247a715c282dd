import {
  FIELD_MODULUS,
  type Field,
  GENERATOR,
  GRUMPKIN_ORDER,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  randomSecret,
  type SignedChallenge,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { createPointPowers } from "@frond/foundation/node";
import { Field as createField, mapHashToField } from "@noble/curves/abstract/modular";
import { weierstrassPoints } from "@noble/curves/abstract/weierstrass";
import { bn254 } from "@noble/curves/bn254";
import type { Section } from "./report.ts";
import { percentile } from "./submitSwaps.ts";

const BATCHES = [1, 16, 256];
const SIZES = {
  full: { rounds: 7, points: 2 ** 15, warmUpMilliseconds: 1_500 },
  small: { rounds: 1, points: 2 ** 8, warmUpMilliseconds: 0 },
};
type Size = (typeof SIZES)["full"];

/** Grumpkin in `@noble/curves`. */
const { ProjectivePoint: Peer } = weierstrassPoints({
  a: 0n,
  b: FIELD_MODULUS - 17n,
  Fp: createField(FIELD_MODULUS),
  n: GRUMPKIN_ORDER,
  h: 1n,
  Gx: GENERATOR.x,
  Gy: GENERATOR.y,
});

/** CPU time of signatures and of points of a reference string, against the same work by `@noble/curves`. */
export const curve: Section = {
  name: "curve",
  async run(progress, form) {
    const size = SIZES[form];
    const signed = Array.from({ length: Math.max(...BATCHES) }, (_, i) => sign(randomSecret(), BigInt(i)));
    const verification = BATCHES.map((count) => {
      progress(`signatures in batches of ${count}`);
      const batch = signed.slice(0, count);
      if (!verifyMany(batch).every(Boolean) || !verifyByPeer(batch)) throw new Error("A good signature is refused.");
      return compare(`verified signature, batches of ${count}`, count, {
        frond: () => verifyMany(batch),
        peer: () => verifyByPeer(batch),
        size,
      });
    });
    progress("signing");
    const secret = randomSecret();
    const signing = compare("signing", 1, {
      frond: () => signChallenge(secret, constantChallenge),
      peer: () => signByPeer(secret),
      size,
    });
    progress("points of a reference string");
    const pointPowers = createPointPowers(5);
    const powers = compare("point of the development reference string", size.points, {
      frond: () => pointPowers({ start: 0, count: size.points }),
      peer: () => powersByPeer(size.points),
      size,
    });
    return [...verification, signing, powers];
  },
};

/** The ratio of medians over rounds in which both take turns. Each has been compiled before: it ran for a while. */
function compare(name: string, items: number, work: { frond: () => unknown; peer: () => unknown; size: Size }) {
  const { rounds: count, warmUpMilliseconds } = work.size;
  const started = performance.now();
  while (performance.now() - started < warmUpMilliseconds) work.frond();
  work.peer();
  const rounds = Array.from({ length: count }, () => ({
    frond: microseconds(work.frond, Math.ceil(256 / items)) / items,
    peer: microseconds(work.peer, Math.ceil(16 / items)) / items,
  }));
  const frond = medianOf(rounds.map((round) => round.frond));
  const peer = medianOf(rounds.map((round) => round.peer));
  const details = { "Frond (us of CPU)": frond, "@noble/curves (us of CPU)": peer };
  return { name: `@noble/curves / Frond, ${name}`, value: peer / frond, unit: "x of CPU", details };
}

function microseconds(run: () => unknown, times: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const medianOf = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

function sign(secret: bigint, message: Field): SignedChallenge {
  const publicKey = publicKeyOf(secret);
  const challengeOf = (r: Point) => poseidon2Hash([r.x, publicKey.x, publicKey.y, message]);
  return { publicKey, ...signChallenge(secret, challengeOf) };
}

const constantChallenge = (): Field => FIELD_MODULUS - 1n;

/** One multi-scalar multiplication with random weights, as `verifyMany` does. */
function verifyByPeer(items: readonly SignedChallenge[]): boolean {
  const weights = crypto.getRandomValues(new BigUint64Array(2 * items.length));
  let generatorScalar = 0n;
  const points = [Peer.BASE];
  const scalars: bigint[] = [];
  items.forEach(({ publicKey, challenge, signature: { r, s } }, i) => {
    const weight = (weights[2 * i]! << 64n) | weights[2 * i + 1]! | 1n;
    generatorScalar += weight * s;
    points.push(Peer.fromAffine(publicKey), Peer.fromAffine(r).negate());
    scalars.push((weight * challenge) % GRUMPKIN_ORDER, weight);
  });
  for (const point of points) point.assertValidity();
  return Peer.msm(points, [generatorScalar % GRUMPKIN_ORDER, ...scalars]).equals(Peer.ZERO);
}

/** A nonce by the peer's own way from random bytes to a scalar, its point, and the response. */
function signByPeer(secret: bigint): bigint {
  const bytes = mapHashToField(crypto.getRandomValues(new Uint8Array(48)), GRUMPKIN_ORDER);
  const nonce = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  Peer.BASE.multiply(nonce).toAffine();
  return (nonce + GRUMPKIN_ORDER * GRUMPKIN_ORDER - constantChallenge() * secret) % GRUMPKIN_ORDER;
}

function powersByPeer(count: number): { readonly x: bigint; readonly y: bigint }[] {
  const G1 = bn254.G1.ProjectivePoint;
  const powers = [G1.BASE];
  while (powers.length < count) {
    const last = powers.at(-1)!;
    powers.push(last.double().double().add(last));
  }
  return G1.normalizeZ(powers).map((point) => point.toAffine());
}
