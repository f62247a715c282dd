import { addFields, FIELD_MODULUS, type Field, type Point, poseidon2Permutation } from "@frond/foundation";
import { POINT_COUNTER_BITS, POINT_Y_BITS } from "./constants.ts";
import { squareRoot } from "./squareRoot.ts";

/** Where a hash's point is: the smallest counter that puts x on the curve with a y below 2^252. */
export type FoundPoint = { readonly point: Point; readonly counter: number };

/**
 * The Grumpkin point that stands for a hash in the sum of an epoch (docs/protocol.md 4): x is
 * `P(hash, epoch, counter, domain)[0] + hash`. One counter in three works. Undefined if none does.
 */
export function hashToPoint(hash: Field, epoch: number, domain: bigint): FoundPoint | undefined {
  for (let counter = 0; counter < 2 ** POINT_COUNTER_BITS; counter++) {
    const x = addFields(poseidon2Permutation([hash, BigInt(epoch), BigInt(counter), domain])[0], hash);
    const y = squareRoot((((((x * x) % FIELD_MODULUS) * x - 17n) % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS);
    if (y === undefined) continue;
    const canonical = [y, FIELD_MODULUS - y].find((candidate) => candidate >> BigInt(POINT_Y_BITS) === 0n);
    if (canonical !== undefined) return { point: { x, y: canonical }, counter };
  }
  return undefined;
}
