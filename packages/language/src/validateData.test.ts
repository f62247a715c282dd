import { expect, test } from "vitest";
import { application } from "./application.ts";
import { decodeEntry } from "./encode.ts";
import { dataRulesOf } from "./entryFormats.ts";
import { DefinitionError } from "./errors.ts";
import { lockers } from "./fixtures/lockers.ts";
import { purses } from "./fixtures/purses.ts";
import { outlineOf } from "./outline.ts";
import { programChanges } from "./programChanges.ts";
import { account, cell, map } from "./state.ts";
import { array, bool, field, u8, u64, u128 } from "./types.ts";

function refused(parts: object): string {
  try {
    application({ name: "example", state: {}, methods: {}, ...parts } as never);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    expect(error.location?.file).toMatch(/validateData\.test\.ts$/);
    return `${error.code}: ${error.data.problem} ${error.data.instead}`;
  }
  throw new Error("the definition was accepted");
}

const fields = { balance: u128, isPrivate: bool, isOld: bool };
const volition = (options: object) => ({
  data: "volition",
  state: { accounts: account(fields, options as never) },
});

test.each<[string, object, string]>([
  ["a place that there is not", { data: "rolup" }, '`data` says no place for data. Write one of "rollup", "validium"'],
  ["a place that is no text", { data: 1 }, "`data` says no place for data."],
  [
    "a volition of which nothing can be hidden",
    { data: "volition", state: { accounts: account(fields) } },
    '`data` is "volition", but no entry names the bool that says where its values go. Write `accounts: account({',
  ],
  [
    "a bool for the committee of a rollup",
    { state: { accounts: account(fields, { committee: "isPrivate" }) } },
    '`accounts` names a bool for the committee, but `data` is "rollup". Write `data: "volition"`, or leave out',
  ],
  [
    "a bool that there is not",
    volition({ committee: "isPrivat" }),
    "The `committee` of `accounts` is no bool among the fields of its entries. Did you mean `isPrivate`? Name one of its",
  ],
  ["a field that is no bool", volition({ committee: "balance" }), "Name one of its bools: isPrivate, isOld."],
  [
    "no name",
    volition({ committee: true }),
    "The `committee` of `accounts` is no bool among the fields of its entries.",
  ],
  [
    "an entry without bools",
    { data: "volition", state: { total: cell(u64, { committee: "value" } as never) } },
    'Add a field: `{ isPrivate: bool }`, with `{ committee: "isPrivate" }`.',
  ],
  [
    "the first of a list of bools",
    { data: "volition", state: { total: cell(array(bool, 2), { committee: "0" } as never) } },
    "The `committee` of `total` is no bool among the fields of its entries.",
  ],
  [
    "a bool for holders that there is not",
    volition({ committee: "isPrivate", held: "isOld2" }),
    "The `held` of `accounts` is no bool among the fields of its entries. Did you mean `isOld`? Name one of its bools",
  ],
  [
    "a bool for holders and none for the committee",
    { state: { accounts: account(fields, { held: "isOld" }) } },
    "`accounts` names a bool for holders, and none for the committee. Name two bools: `account({ isPrivate: bool,",
  ],
  [
    "one bool for both",
    volition({ committee: "isOld", held: "isOld" }),
    "`accounts` names the bool `isOld` for the committee and for holders. Name two bools:",
  ],
  [
    "a bool for holders of entries that have no owners",
    {
      data: "volition",
      state: { notes: map(u8, { a: bool, b: bool }, { committee: "a", held: "b" } as never) },
    },
    "`notes` names a bool for holders, but its entries have no owners. Keep what an owner holds in `accounts`, and",
  ],
  [
    "an entry that is too wide",
    { state: { squares: map(u8, array(u8, 65)) } },
    "The widest entry has 65 values, with the nonce of an account. Keep to 64: use a map with one more key,",
  ],
])("%s is refused", (_, parts, message) => {
  expect(refused(parts)).toContain(message);
});

test("an entry has at most 64 values", () => {
  const wide = (length: number) => () =>
    application({ name: "wide", state: { accounts: account({ list: array(u8, length) }) }, methods: {} });
  expect(wide(63)().program.entryWidth).toBe(64);
  expect(wide(64)).toThrow(DefinitionError);
});

test("the bool for the committee is the last value of every entry that has one", () => {
  const { program } = purses;
  expect(program.entryWidth).toBe(4);
  expect(program.maps.map(({ fields, committee }) => [fields.map(({ name }) => name), committee])).toEqual([
    [["nonce", "balance"], "isPrivate"],
    [["text", "length"], "isSecret"],
    [["payments", "biggest", "first"], undefined],
  ]);
  expect(program.formats).toEqual([
    [4, 6, 0, 1],
    [7, 4, 0, 1],
    [5, 6, 1, 0],
  ]);
  expect(decodeEntry(purses, "accounts", [3n, 50n, 0n, 1n])).toEqual({ isPrivate: true, balance: 50n });
  expect(decodeEntry(purses, "notes", [8n, 9n, 0n, 0n])).toEqual({ text: 8n, isSecret: false, length: 9n });
  expect(decodeEntry(purses, "total", [1n, 2n, 1n, 0n])).toEqual({ payments: 1n, biggest: 2n, first: true });
});

test("the bool for the holder is the last value but one of every entry that has one", () => {
  const { program } = lockers;
  expect(program.entryWidth).toBe(4);
  expect(program.maps.map(({ fields, committee, held }) => [fields.map(({ name }) => name), committee, held])).toEqual([
    [["nonce", "balance"], "isPrivate", "isHeld"],
    [["text"], "isSecret", undefined],
  ]);
  expect(program.formats).toEqual([
    [4, 6, 1, 1],
    [7, 0, 0, 1],
  ]);
  expect(decodeEntry(lockers, "accounts", [3n, 50n, 1n, 0n])).toEqual({ isHeld: true, balance: 50n, isPrivate: false });
  expect(decodeEntry(lockers, "notes", [8n, 0n, 0n, 1n])).toEqual({ text: 8n, isSecret: true });
  expect(dataRulesOf(program)).toEqual({ mode: "volition", formats: program.formats, hasHeld: true });
  expect(dataRulesOf(program, "rollup")).toEqual({ mode: "rollup", formats: program.formats });
});

test("maps of the same types have one format", () => {
  const { program } = application({
    name: "same",
    state: { first: map(u8, { a: u64, b: field }), second: map(u64, { c: u64, d: field }) },
    methods: {},
  });
  expect(program.formats).toEqual([
    [4, 0],
    [5, 7],
  ]);
});

test("a deployment makes a validium of a rollup, but no volition", () => {
  const { program } = application({ name: "open", state: {}, methods: {} });
  expect(dataRulesOf(program)).toEqual({ mode: "rollup", formats: [[4]] });
  expect(dataRulesOf(program, "validium").mode).toBe("validium");
  expect(() => dataRulesOf(program, "volition")).toThrow(
    'The application open can\'t be deployed as a volition: its data is "rollup"',
  );
  expect(dataRulesOf(purses.program, "rollup").mode).toBe("rollup");
});

test("a change of where the data goes is told", () => {
  const make = (data: "rollup" | "validium") => application({ name: "moved", data, state: {}, methods: {} }).program;
  expect(programChanges(outlineOf(make("rollup")), make("validium"))).toEqual([
    '`data`: was "rollup" and is "validium"',
  ]);
  const hideable = { ...purses.program, maps: purses.program.maps.map(({ committee, ...rest }) => rest) };
  expect(programChanges(outlineOf(hideable), purses.program)).toHaveLength(2);
  const loose = { ...lockers.program, maps: lockers.program.maps.map(({ held, ...rest }) => rest) };
  expect(programChanges(outlineOf(loose), lockers.program)).toEqual([
    "the state `accounts`: was (address) => { nonce: u32, balance: u128, isPrivate: bool for the committee } and is " +
      "(address) => { nonce: u32, balance: u128, isHeld: bool of the holder, isPrivate: bool for the committee }",
  ]);
});
