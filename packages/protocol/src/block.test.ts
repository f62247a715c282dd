import { compress } from "@frond/foundation";
import { expect, test } from "vitest";
import {
  BlockFeesError,
  BlockSizeError,
  type BlockWitness,
  blockPublicInputs,
  blockStatement,
  readBlockStatement,
} from "./block.ts";
import type { BlockSize } from "./blockSize.ts";
import { blockWitnessSchema, fromJson, MalformedValueError, toJson } from "./codec.ts";
import { blockData, dataChain } from "./data/blockData.ts";
import type { DataRules } from "./data/entryFormat.ts";
import { createIndexedTree, memoryTreeStores } from "./indexedTree.ts";
import { type Message, messagesHash } from "./message.ts";
import { signTransaction } from "./transaction.ts";

const size: BlockSize = { name: "small", transactions: 2, entries: 5, inserts: 2, consumed: 1, produced: 1 };
const message: Message = { from: 0n, to: 5n, time: 0, kind: 1, asset: 1, amount: 2n, recipient: 6n, payload: 7n };
const tree = createIndexedTree({ entryWidth: 2, ...memoryTreeStores() });
tree.applyWitnessSet([{ key: 50n, after: [1n, 2n] }]);
const witnessSet = tree.applyWitnessSet([
  { key: 60n, after: [3n, 4n] },
  { key: 50n, after: [5n, 6n] },
]);
const transaction = signTransaction({ layerId: 5n, method: 0, args: [1n], nonce: 0, maxFee: 0n, expiry: 9 }, 77n);
const witness: BlockWitness = {
  size: "small",
  layerId: 5n,
  time: 3,
  epoch: 2,
  witnessSet,
  consumed: [message],
  produced: [],
  transactions: [transaction],
  forced: [],
  fees: [0n],
  feeRecipient: 8n,
};

const data: DataRules = { mode: "rollup", formats: [[4, 7]] };

test("the statement is the seven public inputs, with the words of every entry", () => {
  const { publicWords } = blockData({ witnessSet, ...data });
  expect(publicWords).toHaveLength(5);
  const dataHash = compress(dataChain(publicWords), 0n, 0n, 0n);
  const { stateRootBefore, stateRootAfter } = witnessSet;
  const expected = [5n, stateRootBefore, stateRootAfter, 3n, 2n, messagesHash([], [message]), dataHash];
  const statement = blockStatement(witness, size, data);
  expect(blockPublicInputs(statement)).toEqual(expected);
  expect(readBlockStatement(expected)).toEqual(statement);
  expect(readBlockStatement(expected.slice(1))).toBeUndefined();
});

test.each([{ entries: 2 }, { inserts: 0 }, { consumed: 0 }, { transactions: 0 }])(
  "a witness that %o can't hold is refused",
  (change) => {
    expect(() => blockStatement(witness, { ...size, ...change }, data)).toThrow(BlockSizeError);
  },
);

test("a witness needs one fee a transaction", () => {
  expect(() => blockStatement({ ...witness, fees: [] }, size, data)).toThrow(BlockFeesError);
});

test("a witness goes through JSON unchanged", () => {
  expect(fromJson(blockWitnessSchema, toJson(witness))).toEqual(witness);
});

test("a witness with a path of another depth is refused", () => {
  const cut = { ...witnessSet, entries: witnessSet.entries.map((entry) => ({ ...entry, siblings: [] })) };
  expect(() => fromJson(blockWitnessSchema, toJson({ ...witness, witnessSet: cut }))).toThrow(MalformedValueError);
});
