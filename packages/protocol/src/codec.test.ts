import { FIELD_MODULUS, fieldToHex, GRUMPKIN_ORDER } from "@frond/foundation";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fromJson,
  integerSchema,
  MalformedValueError,
  messageFromJson,
  messageToJson,
  toJson,
  transactionFromJson,
  transactionSchema,
  transactionToJson,
} from "./codec.ts";
import type { Message } from "./message.ts";
import { signTransaction } from "./transaction.ts";

const transaction = signTransaction(
  { layerId: 11n, method: 2, args: [5n, 0n, 7n], nonce: 3, maxFee: 10n, expiry: 100 },
  1234n,
);
const json = transactionToJson(transaction);
const message: Message = { from: 0n, to: 5n, time: 0, kind: 1, asset: 1, amount: 2n, recipient: 6n, payload: 7n };

test("transactions and messages are read back as they were written", () => {
  expect(transactionFromJson(JSON.parse(JSON.stringify(json)))).toEqual(transaction);
  expect(fromJson(transactionSchema, toJson(transaction))).toEqual(transaction);
  expect(messageFromJson(messageToJson(message))).toEqual(message);
});

test("a transaction that names no link is by itself", () => {
  const { link: _, ...without } = json;
  expect(transactionFromJson(without)).toEqual(transaction);
});

test("fees and amounts may be decimal", () => {
  expect(transactionFromJson({ ...json, maxFee: "10" })).toEqual(transaction);
  for (const bad of ["-1", "+1", "01", "1.0", "1e3", "", " 1", "0x1", String(1n << 64n), "9".repeat(79), 10, null]) {
    expect(() => transactionFromJson({ ...json, maxFee: bad }), String(bad)).toThrow(MalformedValueError);
  }
  expect(integerSchema(8).parse("255")).toBe(255n);
});

const P = fieldToHex(FIELD_MODULUS);
const hostile: Record<string, unknown> = {
  "a field that is not canonical": { ...json, layerId: P },
  "a field with capitals": { ...json, layerId: fieldToHex(10n).replace("a", "A") },
  "a short field": { ...json, layerId: "0x1" },
  "a field that is a number": { ...json, layerId: 1 },
  "a field with a line break": { ...json, layerId: `${fieldToHex(1n)}\n` },
  "a key that is not canonical": { ...json, publicKey: { ...json.publicKey, x: P } },
  "an s that is the group order": { ...json, signature: { ...json.signature, s: fieldToHex(GRUMPKIN_ORDER) } },
  "a method of nine bits": { ...json, method: 256 },
  "a negative nonce": { ...json, nonce: -1 },
  "a nonce that is text": { ...json, nonce: "3" },
  "a fraction": { ...json, expiry: 1.5 },
  "too many arguments": { ...json, args: new Array(257).fill(json.args[0]) },
  "arguments that are an object": { ...json, args: { length: 1, 0: json.args[0] } },
  "a property too many": { ...json, more: 1 },
  "a property of a property too many": { ...json, publicKey: { ...json.publicKey, z: P } },
  "a property missing": { ...json, nonce: undefined },
  "a link that is null": { ...json, link: null },
  "a link that is not whole": { ...json, link: { id: json.args[0] } },
  "a link without an id": { ...json, link: { ...json.link, next: json.args[0] } },
  "a link without a neighbour": { ...json, link: { ...json.link, id: json.args[0] } },
  "a first leg with one before it": { ...json, link: { ...json.link, id: json.args[0], previous: json.args[0] } },
  "a second leg with none before it": {
    ...json,
    link: { ...json.link, id: json.args[0], next: json.args[0], index: 1 },
  },
  "a prototype of its own": JSON.parse(`{"__proto__":{},${JSON.stringify(json).slice(1)}`),
  null: null,
  text: JSON.stringify(json),
  "an array": [json],
};

test.each(Object.keys(hostile))("%s is refused", (name) => {
  expect(() => transactionFromJson(hostile[name])).toThrow(MalformedValueError);
});

test("a kind that does not exist, or an amount of 129 bits, is refused", () => {
  expect(() => messageFromJson({ ...messageToJson(message), kind: 127 })).toThrow(MalformedValueError);
  expect(() => messageFromJson({ ...messageToJson(message), kind: "deposit" })).toThrow(MalformedValueError);
  expect(() => messageFromJson({ ...messageToJson(message), amount: String(1n << 128n) })).toThrow(MalformedValueError);
});

test("text that is no JSON, or nested deep, is refused with a typed error", () => {
  for (const text of ["", "{", "\u0000", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, '{"a":'.repeat(50_000)]) {
    expect(() => fromJson(transactionSchema, text)).toThrow(MalformedValueError);
  }
});

test("whatever JSON comes, the answer is a transaction or a MalformedValueError", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(json)), (value, name) => {
      try {
        transactionFromJson({ ...json, [name]: value });
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedValueError);
      }
    }),
  );
});

test("the error names the place and the next step", () => {
  expect(() => transactionFromJson({ ...json, args: [P] })).toThrowErrorMatchingInlineSnapshot(
    `[MalformedValueError: \`args.0\` can't be read: not below the field modulus. Send it in the form that \`toJson\` writes.]`,
  );
});
