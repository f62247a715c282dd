import { createGenesisTree, entryKey, genesisStateRoot, memoryTreeStores } from "@frond/protocol";
import { expect, expectTypeOf, test } from "vitest";
import { application } from "./application.ts";
import { decodeEntry, entryKeyOf } from "./encode.ts";
import { genesisEntries } from "./genesis.ts";
import type { GenesisOf } from "./genesisOf.ts";
import { account, cell, map } from "./state.ts";
import { address, bool, u8, u64 } from "./types.ts";

const state = {
  accounts: account({ balance: u64, isBanker: bool }),
  owner: cell(address),
  prices: map({ kind: u8, isLarge: bool }, u64),
};

const define = (genesis: object) =>
  application({ name: "bank", state, methods: {}, genesis: genesis as GenesisOf<typeof state> });

const bank = define({
  owner: "0x7",
  accounts: [
    [5n, { balance: 9, isBanker: true }],
    [4n, { balance: 1, isBanker: false }],
  ],
  prices: [[{ kind: 2, isLarge: true }, 30n]],
});

test("entries are in the order of their keys, with the values that clients read, and no nonces", () => {
  const entries = genesisEntries(bank);
  expect(entries).toHaveLength(4);
  expect(entries.map(({ key }) => key)).toEqual(entries.map(({ key }) => key).toSorted((a, b) => (a < b ? -1 : 1)));
  const tree = createGenesisTree({ entryWidth: bank.program.entryWidth, ...memoryTreeStores() }, entries);
  expect(tree.stateRoot).toBe(genesisStateRoot(bank.program.entryWidth, entries));
  expect(decodeEntry(bank, "accounts", tree.read(entryKeyOf(bank, "accounts", 5n))!)).toEqual({
    balance: 9n,
    isBanker: true,
  });
  expect(tree.read(entryKey(0, [4n]))?.[0]).toBe(0n);
  expect(decodeEntry(bank, "owner", tree.read(entryKeyOf(bank, "owner"))!)).toBe(7n);
  const price = tree.read(entryKeyOf(bank, "prices", { kind: 2, isLarge: true }))!;
  expect(decodeEntry(bank, "prices", price)).toBe(30n);
});

test("an application without a genesis begins with the sentinel alone", () => {
  expect(genesisEntries(define({}))).toEqual([]);
  expect(genesisStateRoot(2, [])).toBe(genesisStateRoot(2));
  expect(genesisStateRoot(3, genesisEntries(bank))).not.toBe(genesisStateRoot(3));
});

test("the types of entries are those of the state", () => {
  expectTypeOf<GenesisOf<typeof state>["owner"]>().toEqualTypeOf<bigint | `0x${string}` | undefined>();
  type Prices = NonNullable<GenesisOf<typeof state>["prices"]>[number];
  expectTypeOf<Prices[1]>().toEqualTypeOf<bigint | number>();
  expectTypeOf<Prices[0]>().toEqualTypeOf<{ readonly kind: bigint | number; readonly isLarge: boolean }>();
});

test.each<[string, object, RegExp]>([
  ["an unknown entry", { owners: 1n }, /genesis: There is no `owners`. Did you mean `owner`/],
  ["a value of another type", { owner: -1n }, /genesis.owner: -1 is not an address/],
  ["a key of another type", { prices: [[{ kind: 256, isLarge: true }, 1]] }, /prices key.kind: 256 is not a u8/],
  ["a part that is missing", { accounts: [[1n, { balance: 1 }]] }, /genesis.accounts.isBanker: It is undefined/],
  ["no list", { prices: { kind: 1 } }, /`prices` is no list of keys/],
  ["a key twice", { prices: [1, 2].map((price) => [{ kind: 1, isLarge: true }, price]) }, /Two entries have one key/],
  ["too many", { accounts: Array.from({ length: 65 }, (_, i) => [BigInt(i), { balance: 1, isBanker: true }]) }, /65/],
])("refuses %s", (_name, genesis, message) => {
  expect(() => genesisEntries(define(genesis))).toThrow(message);
});

test("a genesis that is no object is refused with the definition", () => {
  expect(() => application({ name: "bank", state, methods: {}, genesis: 5 as never })).toThrow("`genesis` is not an");
});
