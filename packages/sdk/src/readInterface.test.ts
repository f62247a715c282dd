import { decodeArguments, decodeEntry, encodeExit } from "@frond/language/interface";
import { expect, it } from "vitest";
import { UnexpectedAnswerError } from "./errors.ts";
import { readInterface } from "./readInterface.ts";
import type { Transport } from "./transport/types.ts";

const u64 = { kind: "integer", bits: 64 };
const application = {
  name: "till",
  entryWidth: 3,
  methods: [
    {
      name: "pay",
      parameters: [
        { name: "to_account", type: { kind: "address" } },
        { name: "amount", type: u64 },
      ],
    },
  ],
  maps: [
    {
      name: "accounts",
      keys: [{ kind: "address" }],
      fields: [
        { name: "nonce", type: u64 },
        { name: "coins", type: u64 },
      ],
    },
    { name: "total", keys: [], fields: [{ name: "value", type: u64 }] },
  ],
  events: [{ name: "paid", fields: [{ name: "amount", type: u64 }] }],
  views: [{ name: "price", parameters: [], results: [{ name: "value", type: u64 }] }],
  exits: [{ name: "coins", parameters: [], assets: [1, null] }],
};

const transport = (changed: object = {}) =>
  ({
    send: async ([{ method }]: [{ method: string }]) => [
      { ok: true, result: method === "frond_getGenesis" ? { entries: [] } : { ...application, ...changed } },
    ],
  }) as unknown as Transport;

it("gives an interface that calls and entries are decoded with", async () => {
  const { application: told, genesis } = await readInterface(transport());
  expect(decodeArguments(told, 0, [7n, 5n])).toEqual({ name: "pay", args: { to_account: 7n, amount: 5n } });
  expect(decodeEntry(told, "accounts", [1n, 9n, 0n])).toEqual({ coins: 9n });
  expect(decodeEntry(told, "total", [4n, 0n, 0n])).toEqual({ value: 4n });
  expect([Object.keys(told.events), Object.keys(told.views), genesis]).toEqual([
    ["paid"],
    ["price"],
    { entryWidth: 3, entries: [] },
  ]);
  expect(encodeExit(told, "coins", {})).toEqual({ exit: 0, args: [0n] });
  expect(told.exits).toEqual({ coins: { args: {}, assets: [1, null] } });
});

it.each<[string, object]>([
  ["a type that there is not", { events: [{ name: "a", fields: [{ name: "b", type: { kind: "float" } }] }] }],
  ["a width without an end", { entryWidth: 1e9 }],
  ["an asset that is no number", { exits: [{ name: "a", parameters: [], assets: ["ether"] }] }],
  ["more methods than there are numbers", { methods: Array.from({ length: 257 }, () => application.methods[0]) }],
])("refuses %s", async (_, changed) => {
  await expect(readInterface(transport(changed))).rejects.toBeInstanceOf(UnexpectedAnswerError);
});
