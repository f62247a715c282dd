import { publicKeyOf } from "@frond/foundation";
import { describe, expect, test } from "vitest";
import { forcedItemSchema, fromJson, toJson } from "./codec.ts";
import {
  admitForced,
  type ForcedTransaction,
  forcedHash,
  forcedMessage,
  forcedOf,
  forcedTransactionHash,
  forcedWords,
  readForcedWords,
} from "./forced.ts";
import { MessageKind } from "./tables/messageKinds.ts";
import { addressOf, signTransaction, transactionHash } from "./transaction.ts";

const signed = signTransaction({ layerId: 5n, method: 2, args: [1n, 2n], nonce: 3, maxFee: 4n, expiry: 9 }, 77n);
const forced = forcedOf(signed);
const rules = { argumentFields: 2, time: 9 };

test("has the hash of the transaction, and commits to every word of it", () => {
  expect(forcedTransactionHash(forced)).toBe(transactionHash(signed));
  const words = forcedWords(forced);
  const hashes = words.map((_, i) => {
    const changed = words.map((word, j) => (i === j ? word + 1n : word));
    return forcedHash(readForcedWords(5n, changed)!);
  });
  const others = [forcedHash({ ...forced, layerId: 6n }), forcedHash({ ...forced, args: [1n, 2n, 0n] })];
  expect(new Set([forcedHash(forced), ...hashes, ...others]).size).toBe(words.length + 3);
});

test("its words and its JSON are read as they were written", () => {
  expect(readForcedWords(5n, forcedWords(forced))).toEqual(forced);
  expect(readForcedWords(5n, forcedWords(forced).slice(0, 5))).toBeUndefined();
  const item = { id: 8, layerId: 5n, transaction: forced, deadline: 1000 };
  expect(fromJson(forcedItemSchema, toJson(item))).toEqual(item);
});

test("its message is from L1 and says how many arguments it has", () => {
  expect(forcedMessage(forced)).toEqual({
    ...{ from: 0n, to: 5n, time: 0, kind: MessageKind.forced, asset: 0, amount: 2n, recipient: 0n },
    payload: forcedHash(forced),
  });
});

describe("is admitted", () => {
  test("as it was signed, until it expires", () => {
    const sender = addressOf(publicKeyOf(77n));
    expect(admitForced(forced, rules)).toEqual({ ok: true, sender, method: 2, nonce: 3, args: [1n, 2n] });
    expect(admitForced(forced, { ...rules, time: 10 })).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/expired/),
    });
  });

  test.each<[string, Partial<ForcedTransaction>, RegExp]>([
    ["with another number of arguments", { args: [1n] }, /1 argument fields instead of 2/],
    ["with something above the packed word", { packed: forced.packed + (1n << 160n) }, /above its parts/],
    ["as the leg of a bundle", { packed: forced.packed + (1n << 152n) }, /leg of a bundle/],
    ["with another signature", { sLow: forced.sLow ^ 1n }, /signature/],
    ["with a key off the curve", { publicKey: { x: 1n, y: 1n } }, /signature/],
    ["with an r of 0", { rX: 0n }, /signature/],
  ])("but not %s", (_, change, problem) => {
    expect(admitForced({ ...forced, ...change }, rules)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });
});
