import { entryKey } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import { decodeArguments, decodeEntry, encodeArguments, entryKeyOf, nonceOf } from "./encode.ts";
import { EncodingError } from "./encodingError.ts";
import { account, cell, map } from "./state.ts";
import { address, array, bool, field, u16, u64 } from "./types.ts";

const app = application({
  name: "sample",
  state: {
    accounts: account({ balance: u64 }),
    last: cell(u64),
    notes: map({ owner: address, id: u16 }, { text: field, flags: array(bool, 2) }),
    names: map(address, field),
  },
  methods: {
    none: { args: {}, run: () => {} },
    note: { args: { id: u16, text: field, flags: array(bool, 2) }, run: () => {} },
  },
});

describe("arguments", () => {
  test("are flattened, padded, and come back", () => {
    const call = encodeArguments(app, "note", { id: 3, text: "0xff", flags: [true, false] });
    expect(call).toEqual({ method: 1, args: [3n, 255n, 1n, 0n] });
    expect(encodeArguments(app, "none", {})).toEqual({ method: 0, args: [0n, 0n, 0n, 0n] });
    expect(decodeArguments(app, 1, call.args)).toEqual({
      name: "note",
      args: { id: 3n, text: 255n, flags: [true, false] },
    });
  });

  test.each<[string, unknown]>([
    ["out of range", { id: 65536, text: 0n, flags: [true, true] }],
    ["negative", { id: -1, text: 0n, flags: [true, true] }],
    ["a fraction", { id: 0.5, text: 0n, flags: [true, true] }],
    ["a missing one", { id: 1, flags: [true, true] }],
    ["one too many", { id: 1, txet: 0n, text: 0n, flags: [true, true] }],
    ["an array too short", { id: 1, text: 0n, flags: [true] }],
    ["an array too long", { id: 1, text: 0n, flags: [true, true, true] }],
    ["a number for a bool", { id: 1, text: 0n, flags: [1, 0] }],
    ["hex for an integer", { id: "0x1", text: 0n, flags: [true, true] }],
    ["a value above the modulus", { id: 1, text: `0x${"f".repeat(64)}`, flags: [true, true] }],
    ["nothing", undefined],
  ])("%s", (_name, args) => {
    let message = "accepted";
    try {
      encodeArguments(app, "note", args as never);
    } catch (error) {
      if (!(error instanceof EncodingError)) throw error;
      message = error.message;
    }
    expect(message).toMatchSnapshot();
  });

  test("of a method that does not exist", () => {
    expect(() => encodeArguments(app, "nte" as "note", {} as never)).toThrow(/Did you mean `note`\?/);
    expect(() => encodeArguments(app, "constructor" as "note", {} as never)).toThrow(EncodingError);
    expect(() => decodeArguments(app, 2, [])).toThrow(EncodingError);
  });
});

describe("entries", () => {
  test("have the keys of the protocol", () => {
    expect(entryKeyOf(app, "accounts", 5n)).toBe(entryKey(0, [5n]));
    expect(entryKeyOf(app, "last")).toBe(entryKey(1, []));
    expect(entryKeyOf(app, "notes", { owner: "0x5", id: 1 })).toBe(entryKey(2, [5n, 1n]));
    expect(() => entryKeyOf(app, "names", "bob" as "0x")).toThrow(EncodingError);
    expect(() => entryKeyOf(app, "nams" as "names", 1n)).toThrow(/Did you mean `names`\?/);
  });

  test("are read in their shape, the nonce apart", () => {
    expect(decodeEntry(app, "accounts", [7n, 100n, 0n])).toEqual({ balance: 100n });
    expect(nonceOf([7n, 100n, 0n])).toBe(7);
    expect(decodeEntry(app, "last", [9n, 0n, 0n])).toBe(9n);
    expect(decodeEntry(app, "notes", [1n, 1n, 0n])).toEqual({ text: 1n, flags: [true, false] });
  });
});
