import fc from "fast-check";
import { expect, test } from "vitest";
import { pack, unpack } from "./packing.ts";
import { PACKINGS, type Packing, shiftOf, widthOfPacking } from "./tables/packings.ts";

const refuse = (part: string) => new Error(part);

test.each(Object.entries<Packing>(PACKINGS))(
  "%s: parts stand side by side, fit a field, and are read back",
  (_, packing) => {
    const names = Object.keys(packing);
    expect(widthOfPacking(packing)).toBeLessThanOrEqual(253);
    names.forEach((name, i) => {
      expect(shiftOf(packing, name)).toBe(names.slice(0, i).reduce((sum, before) => sum + packing[before]!, 0));
    });
    const parts = fc.record(
      Object.fromEntries(names.map((name) => [name, fc.bigInt({ min: 0n, max: (1n << BigInt(packing[name]!)) - 1n })])),
    );
    fc.assert(
      fc.property(parts, (values) => {
        expect(unpack(packing, pack(packing, values, refuse))).toEqual(values);
      }),
    );
  },
);

test("a part that does not fit is refused by its name, and so is a word with something above its parts", () => {
  const good = { direction: 1, kind: 127, asset: 2 ** 32 - 1, amount: (1n << 128n) - 1n };
  for (const change of [{ direction: 2 }, { kind: 128 }, { asset: -1 }, { asset: 0.5 }, { amount: 1n << 128n }]) {
    expect(() => pack(PACKINGS.itemHeader, { ...good, ...change }, refuse)).toThrow(Object.keys(change)[0]!);
  }
  const word = pack(PACKINGS.itemHeader, good, refuse);
  expect(word).toBe((1n << 168n) - 1n);
  expect(unpack(PACKINGS.itemHeader, word + 1n)).toBeUndefined();
});
