import { expect, test } from "vitest";
import { blockSizesSchema } from "./blockSize.ts";

const small = { name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 };
const large = { ...small, name: "large", transactions: 256, entries: 64 };

test("a layer's sizes, smallest first", () => {
  expect(blockSizesSchema.parse([small, large])).toEqual([small, large]);
});

test.each([
  ["none", [], ""],
  ["one name twice", [small, small], ""],
  ["the largest first", [large, small], ""],
  ["more than the config has keys for", Array.from({ length: 17 }, (_, i) => ({ ...small, name: `size${i}` })), ""],
  ["a name that is none", [{ ...small, name: "Small" }], "0.name"],
  ["room for no transaction", [{ ...small, transactions: 0 }], "0.transactions"],
  ["room for no new entry", [{ ...small, inserts: 0 }], "0.inserts"],
  ["new entries only", [{ ...small, inserts: 16 }], "0.inserts"],
  ["more messages than a block has", [{ ...small, consumed: 33 }], "0.consumed"],
  ["half a message", [{ ...small, produced: 0.5 }], "0.produced"],
  ["one field more", [{ ...small, more: 1 }], "0"],
])("%s are refused", (_, sizes, place) => {
  expect(blockSizesSchema.safeParse(sizes).error?.issues[0]?.path.join(".")).toBe(place);
});
