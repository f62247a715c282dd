import { FIELD_MODULUS, type Field } from "@frond/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeShares, rebuildWords } from "./shares.ts";
import { bytesToWords, wordsToBytes } from "./wordBytes.ts";

const words = (count: number): Field[] =>
  Array.from({ length: count }, (_, i) => (BigInt(i) + 7n) ** 90n % FIELD_MODULUS);

/** The shares of some members, by member. */
const of = (shares: readonly (readonly Field[])[], members: readonly number[]) =>
  new Map(members.map((member) => [member, shares[member]!]));

/** All choices of `size` members of `members`. */
function choices(members: number, size: number, first = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: members - first }, (_, i) => first + i).flatMap((member) =>
    choices(members, size - 1, member + 1).map((rest) => [member, ...rest]),
  );
}

describe("shares", () => {
  it("of any k of n members rebuild the words", () => {
    for (const [members, sharesNeeded] of [
      [1, 1],
      [3, 1],
      [3, 2],
      [5, 3],
      [7, 4],
    ] as const) {
      const list = words(10);
      const shares = encodeShares(list, { members, sharesNeeded });
      for (const chosen of choices(members, sharesNeeded))
        expect(rebuildWords(of(shares, chosen.reverse()), { sharesNeeded, count: 10 })).toEqual(list);
    }
  });

  it("rebuild lists of every length, whatever members are left of sixteen", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 16 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (list, sharesNeeded, chances) => {
          const shares = encodeShares(list, { members: 16, sharesNeeded });
          const order = shares.map((_, member) => ({ member, chance: chances.next().value as number }));
          const left = order.sort((a, b) => a.chance - b.chance).slice(0, sharesNeeded);
          const chosen = of(
            shares,
            left.map(({ member }) => member),
          );
          expect(rebuildWords(chosen, { sharesNeeded, count: list.length })).toEqual(list);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("of k - 1 members rebuild nothing", () => {
    const shares = encodeShares(words(10), { members: 5, sharesNeeded: 3 });
    expect(() => rebuildWords(of(shares, [0, 4]), { sharesNeeded: 3, count: 10 })).toThrowErrorMatchingInlineSnapshot(
      "[SharesError: The shares rebuild nothing: there are 2 of 3. Ask more members of the committee.]",
    );
  });

  it("take a k-th of the words each", () => {
    const shares = encodeShares(words(10), { members: 16, sharesNeeded: 8 });
    expect(shares.map((share) => share.length)).toEqual(Array(16).fill(2));
  });

  it("of another list, or cut off, rebuild other words or nothing", () => {
    const shares = encodeShares(words(10), { members: 3, sharesNeeded: 2 });
    const wrong = new Map([
      [0, shares[0]!],
      [2, shares[1]!],
    ]);
    expect(rebuildWords(wrong, { sharesNeeded: 2, count: 10 })).not.toEqual(words(10));
    const short = new Map([
      [0, shares[0]!],
      [2, shares[2]!.slice(1)],
    ]);
    expect(() => rebuildWords(short, { sharesNeeded: 2, count: 10 })).toThrow("one has not 5 words");
  });
});

describe("words as bytes", () => {
  it("are read as they were written, and nothing else is", () => {
    const list = words(5);
    const bytes = wordsToBytes(list);
    expect(bytesToWords(bytes)).toEqual(list);
    expect(bytesToWords(bytes.subarray(1))).toBeUndefined();
    expect(bytesToWords(new Uint8Array(32).fill(255))).toBeUndefined();
    expect(bytesToWords(new Uint8Array())).toEqual([]);
  });
});
