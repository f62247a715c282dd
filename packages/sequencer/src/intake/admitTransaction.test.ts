import { FIELD_MODULUS, GRUMPKIN_ORDER } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import { expect, test } from "vitest";
import { bob, ledger, note } from "../testing.ts";
import { admitTransaction } from "./admitTransaction.ts";

const good = note(0, 1n);
const context = { program: ledger.program, layerId: good.layerId };
const neutral = { x: 0n, y: 0n };

test("takes every number that fits", () => {
  const most = { nonce: 2 ** 32 - 2, expiry: 2 ** 48 - 1, maxFee: 2n ** 64n - 1n };
  const link = { id: FIELD_MODULUS - 1n, index: 255, previous: 1n, next: 2n };
  for (const change of [{}, most, { link }, { nonce: 0, expiry: 0, maxFee: 0n }])
    expect(() => admitTransaction({ ...good, ...change }, context)).not.toThrow();
});

test.each<[code: string, Partial<Transaction>]>([
  ["wrong-layer", { layerId: good.layerId + 1n }],
  ["unknown-method", { method: 9 }],
  ["unknown-method", { method: -1 }],
  ["malformed-transaction", { args: good.args.slice(1) }],
  ["malformed-transaction", { args: [...good.args, 0n] }],
  ["malformed-transaction", { args: [bob, FIELD_MODULUS] }],
  ["malformed-transaction", { args: [bob, -1n] }],
  ["malformed-transaction", { nonce: -1 }],
  ["malformed-transaction", { nonce: 0.5 }],
  ["malformed-transaction", { nonce: 2 ** 32 - 1 }],
  ["malformed-transaction", { nonce: 2 ** 32 }],
  ["malformed-transaction", { expiry: -1 }],
  ["malformed-transaction", { expiry: 2 ** 48 }],
  ["malformed-transaction", { maxFee: -1n }],
  ["malformed-transaction", { maxFee: 2n ** 64n }],
  ["malformed-transaction", { link: { ...good.link, index: 256 } }],
  ["malformed-transaction", { link: { ...good.link, index: -1 } }],
  ["malformed-transaction", { link: { ...good.link, id: FIELD_MODULUS } }],
  ["malformed-transaction", { link: { ...good.link, previous: -1n } }],
  ["malformed-transaction", { link: { ...good.link, next: FIELD_MODULUS } }],
  ["malformed-transaction", { publicKey: { x: 1n, y: 1n } }],
  ["malformed-transaction", { publicKey: neutral }],
  ["malformed-transaction", { signature: { ...good.signature, r: { x: 1n, y: 1n } } }],
  ["malformed-transaction", { signature: { ...good.signature, r: neutral } }],
  ["malformed-transaction", { signature: { ...good.signature, s: -1n } }],
  ["malformed-transaction", { signature: { ...good.signature, s: GRUMPKIN_ORDER } }],
])("%s: %o", (code, change) => {
  const attempt = () => admitTransaction({ ...good, ...change }, context);
  expect(attempt).toThrow(expect.objectContaining({ code: `sequencer/${code}` }));
});
