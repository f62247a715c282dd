import { FIELD_MODULUS, poseidon2Hash } from "@frond/foundation";
import fc from "fast-check";
import { encodeAbiParameters, encodePacked, keccak256 } from "viem";
import { expect, test } from "vitest";
import { CONSUMED_BY_L1, PRODUCED_BY_L1 } from "./constants.ts";
import type { Message } from "./message.ts";
import {
  challengeZ,
  commitment,
  decodeItems,
  encodeItems,
  evaluate,
  type SettlementItem,
  SettlementItemError,
  settlementItemOf,
} from "./settlementList.ts";
import { MessageKind } from "./tables/messageKinds.ts";

const fields = fc.bigInt({ min: 0n, max: FIELD_MODULUS - 1n });
const items: fc.Arbitrary<SettlementItem> = fc.record({
  direction: fc.constantFrom(PRODUCED_BY_L1, CONSUMED_BY_L1),
  kind: fc.constantFrom(...Object.values(MessageKind)),
  asset: fc.nat(0xffff_ffff),
  amount: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  layer: fields,
  recipient: fields,
  payload: fields,
});
const item: SettlementItem = {
  direction: CONSUMED_BY_L1,
  kind: MessageKind.withdrawal,
  asset: 1,
  amount: 5n,
  layer: 9n,
  recipient: 10n,
  payload: 11n,
};

test("items are read back as they were written", () => {
  fc.assert(
    fc.property(fc.array(items, { maxLength: 10 }), (list) => {
      expect(decodeItems(encodeItems(list))).toEqual(list);
    }),
  );
});

test("an item's first word is packed as docs/protocol-tables.md says", () => {
  expect(encodeItems([item])).toEqual([1n + 2n * 2n + (1n << 8n) + (5n << 40n), 9n, 10n, 11n]);
});

test("z is what Solidity computes", () => {
  const contract = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
  const words = encodeItems([item, { ...item, amount: 6n }]);
  const c = commitment(words);
  const listHash = keccak256(
    encodePacked(
      words.map(() => "uint256"),
      words,
    ),
  );
  const encoded = encodeAbiParameters(
    [{ type: "uint256" }, { type: "bytes32" }, { type: "uint256" }, { type: "address" }],
    [c, listHash, 3n, contract],
  );
  expect(challengeZ({ c, words, epoch: 3, contract })).toBe(BigInt(keccak256(encoded)) % FIELD_MODULUS);
  expect(challengeZ({ c: 0n, words: [], epoch: 1, contract })).toBeLessThan(FIELD_MODULUS);
});

test("the commitment is over all 1024 words, and the polynomial starts at z^0", () => {
  const words = encodeItems([item]);
  expect(commitment(words)).toBe(poseidon2Hash([...words, ...new Array<bigint>(1020).fill(0n)]));
  expect(evaluate(words, 2n)).toBe(words[0]! + words[1]! * 2n + words[2]! * 4n + words[3]! * 8n);
  expect(evaluate([], 2n)).toBe(0n);
});

test("only messages between L1 and a layer have an item", () => {
  const message: Message = { from: 0n, to: 4n, time: 0, kind: 1, asset: 1, amount: 2n, recipient: 3n, payload: 5n };
  expect(settlementItemOf(message)).toMatchObject({ direction: PRODUCED_BY_L1, layer: 4n });
  expect(settlementItemOf({ ...message, from: 4n, to: 0n })).toMatchObject({ direction: CONSUMED_BY_L1, layer: 4n });
  expect(() => settlementItemOf({ ...message, from: 4n, to: 5n })).toThrow(SettlementItemError);
  expect(() => settlementItemOf({ ...message, to: 0n })).toThrow(SettlementItemError);
});

test.each([{ amount: 1n << 128n }, { amount: -1n }, { asset: 2 ** 32 }, { asset: -1 }, { asset: 0.5 }])(
  "an item with %o is refused",
  (change) => {
    expect(() => encodeItems([{ ...item, ...change }])).toThrow(SettlementItemError);
  },
);

test("lists that are too long, cut off, or hold what no item packs to are refused", () => {
  expect(() => encodeItems(new Array(257).fill(item))).toThrow(SettlementItemError);
  expect(() => decodeItems([1n, 2n, 3n])).toThrow(SettlementItemError);
  expect(() => decodeItems([1n << 168n, 0n, 0n, 0n])).toThrow(SettlementItemError);
  expect(() => decodeItems([0n, 0n, 0n, 0n])).toThrow(SettlementItemError);
});
