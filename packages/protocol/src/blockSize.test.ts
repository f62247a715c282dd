import { expect, test } from "vitest";
import { blockSizesSchema, isForcedSize } from "./blockSize.ts";

const small = { name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 };
const large = { ...small, name: "large", transactions: 256, entries: 64 };

const forced = { ...small, name: "forced", transactions: 0, forced: 4, consumed: 0 };

test("a layer's sizes, smallest first, and those for forced transactions last", () => {
  expect(blockSizesSchema.parse([small, large])).toEqual([small, large]);
  expect(blockSizesSchema.parse([small, large, forced])).toEqual([small, large, forced]);
  expect([isForcedSize({}), isForcedSize(forced)]).toEqual([false, true]);
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
  ["forced transactions beside others", [{ ...forced, transactions: 1 }], "0.forced"],
  ["forced transactions beside messages", [{ ...forced, consumed: 1 }], "0.forced"],
  ["more forced transactions than a block has messages", [{ ...forced, forced: 33 }], "0.forced"],
  ["forced transactions only", [forced], ""],
  ["forced transactions first", [forced, small], ""],
  ["the name of those for forced transactions without places for them", [{ ...small, name: "forced" }], ""],
  ["one field more", [{ ...small, more: 1 }], "0"],
])("%s are refused", (_, sizes, place) => {
  expect(blockSizesSchema.safeParse(sizes).error?.issues[0]?.path.join(".")).toBe(place);
});
