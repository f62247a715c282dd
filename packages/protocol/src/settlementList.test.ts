import { FIELD_MODULUS, poseidon2Hash } from "@frond/foundation";
import fc from "fast-check";
import { encodeAbiParameters, encodePacked, keccak256 } from "viem";
import { expect, test } from "vitest";
import { CONSUMED_BY_L1, DATA_SEGMENTS, LIST_CAPACITY, PRODUCED_BY_L1, WORDS_PER_ITEM } from "./constants.ts";
import type { Message } from "./message.ts";
import { segmentDigest } from "./segment.ts";
import {
  challengeZ,
  commitment,
  decodeItems,
  encodeItems,
  evaluate,
  NO_BLOB,
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
  const onLayerOne = (versionedHash: `0x${string}`) => {
    const types = ["uint256", "bytes32", "uint256", "address", "bytes32"].map((type) => ({ type }));
    return BigInt(keccak256(encodeAbiParameters(types, [c, listHash, 3n, contract, versionedHash]))) >> 8n;
  };
  const versionedHash = `0x01${"ab".repeat(31)}` as const;
  expect(challengeZ({ c, words, epoch: 3, contract, versionedHash })).toBe(onLayerOne(versionedHash));
  expect(challengeZ({ c, words, epoch: 3, contract })).toBe(onLayerOne(NO_BLOB));
  expect(onLayerOne(NO_BLOB) < 1n << 248n).toBe(true);
});

test("the commitment is over list, digests and tops, and the polynomial starts at z^0", () => {
  const words = encodeItems([item]);
  const zeros = (count: number) => new Array<bigint>(count).fill(0n);
  const list = [...words, ...zeros((LIST_CAPACITY - 1) * WORDS_PER_ITEM)];
  expect(commitment(words)).toBe(poseidon2Hash([...list, ...zeros(DATA_SEGMENTS + 33)]));
  const segment = [FIELD_MODULUS - 1n, 1n << 252n, 0n];
  const data = [segmentDigest(segment), ...zeros(DATA_SEGMENTS - 1), 3n + (1n << 2n), ...zeros(32)];
  expect(commitment(words, [segment])).toBe(poseidon2Hash([...list, ...data]));
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
