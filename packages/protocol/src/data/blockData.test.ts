import { compress, publicKeyOf } from "@frond/foundation";
import { describe, expect, test } from "vitest";
import { type Holder, heldEntryKey, signHolding } from "../holder.ts";
import { createIndexedTree, memoryTreeStores, valuesHash } from "../indexedTree.ts";
import { blockData, blockDataHash, dataChain, dataEntries } from "./blockData.ts";
import type { EntryFormat } from "./entryFormat.ts";
import { NoFormatError } from "./errors.ts";
import { readEntryWords } from "./readEntryWords.ts";

const [WIDE, NARROW]: EntryFormat[] = [
  [6, 6, 7],
  [4, 4, 0],
];
const [HIDEABLE, OPEN]: EntryFormat[] = [
  [4, 4, 1],
  [4, 4, 0],
];

/** Keys 10 to 50 at leaves 1 to 5. */
function createTree() {
  const tree = createIndexedTree({ entryWidth: 3, ...memoryTreeStores() });
  tree.applyWitnessSet([10n, 20n, 30n, 40n, 50n].map((key) => ({ key, after: [key, 0n, 0n] })));
  return tree;
}

describe("the entries that a block writes", () => {
  const witnessSet = createTree().applyWitnessSet([
    { key: 60n, after: [1n, 2n, 0n] },
    { key: 40n, after: [40n, 9n, 0n] },
    { key: 30n, after: [30n, 0n, 0n] },
    { key: 20n, after: [20n, 0n, 7n] },
    { key: 55n, after: [0n, 0n, 0n] },
  ]);

  test("are those that changed, by leaf, and then those that are new", () => {
    const { publicWords, committeeWords } = blockData({ witnessSet, mode: "rollup", formats: [WIDE!, NARROW!] });
    expect(committeeWords).toEqual([]);
    expect(readEntryWords(publicWords)).toEqual([
      { index: 2, isInsert: false, isHidden: false, values: [20n, 0n, 7n] },
      { index: 4, isInsert: false, isHidden: false, values: [40n, 9n, 0n] },
      { index: 6, isInsert: true, isHidden: false, key: 60n, values: [1n, 2n, 0n] },
      { index: 7, isInsert: true, isHidden: false, key: 55n, values: [0n, 0n, 0n] },
    ]);
  });

  test("have the smallest format that holds them", () => {
    const formats = [WIDE!, NARROW!];
    expect(dataEntries({ witnessSet, mode: "rollup", formats }).map(({ format }) => format)).toEqual([0, 1, 1, 1]);
    expect(() => blockData({ witnessSet, mode: "rollup", formats: [NARROW!] })).toThrow(NoFormatError);
  });

  test("of a validium are all the committee's", () => {
    const formats = [WIDE!, NARROW!];
    const { publicWords } = blockData({ witnessSet, mode: "rollup", formats });
    const data = blockData({ witnessSet, mode: "validium", formats });
    expect(data).toEqual({ publicWords: [], committeeWords: publicWords });
    expect(blockDataHash(data)).toBe(compress(0n, dataChain(publicWords), 0n, 0n));
  });
});

test("a volition gives the committee the entries whose last value is 1 after the block", () => {
  const tree = createTree();
  tree.applyWitnessSet([{ key: 20n, after: [20n, 0n, 1n] }]);
  const witnessSet = tree.applyWitnessSet([
    { key: 10n, after: [10n, 5n, 1n] },
    { key: 20n, after: [20n, 6n, 0n] },
    { key: 60n, after: [1n, 2n, 1n] },
  ]);
  const { publicWords, committeeWords } = blockData({ witnessSet, mode: "volition", formats: [OPEN!, HIDEABLE!] });
  const hidden = { isHidden: true, count: 3 };
  expect(readEntryWords(publicWords)).toEqual([
    { index: 1, isInsert: false, ...hidden, valuesHash: valuesHash([10n, 5n, 1n]) },
    { index: 2, isInsert: false, isHidden: false, values: [20n, 6n, 0n] },
    { index: 6, isInsert: true, key: 60n, ...hidden, valuesHash: valuesHash([1n, 2n, 1n]) },
  ]);
  expect(readEntryWords(committeeWords)).toEqual([
    { index: 1, isInsert: false, isHidden: false, values: [10n, 5n, 1n] },
    { index: 6, isInsert: true, isHidden: false, key: 60n, values: [1n, 2n, 1n] },
  ]);
});

describe("of entries that their owners hold", () => {
  const layerId = 7n;
  const secret = 11n;
  const key = heldEntryKey({ publicKey: publicKeyOf(secret) });
  const formats: EntryFormat[] = [[4, 1, 1]];
  const tree = createTree();
  const after = [8n, 1n, 1n];
  const witnessSet = tree.applyWitnessSet([
    { key, after },
    { key: 10n, after: [10n, 1n, 1n] },
    { key: 20n, after: [20n, 0n, 1n] },
    { key: 30n, after: [30n, 1n, 0n] },
  ]);
  const hidden = (holders: readonly Holder[], hasHeld: boolean) => {
    const { publicWords } = blockData({ witnessSet, holders, mode: "volition", formats, hasHeld });
    return readEntryWords(publicWords).flatMap(({ isHidden, index }) => (isHidden ? [index] : []));
  };

  test("a volition gives the committee those whose owners sign, and publishes the others", () => {
    const holder = signHolding({ layerId, valuesHash: valuesHash(after) }, secret);
    expect(hidden([], true)).toEqual([2]);
    expect(hidden([holder], true)).toEqual([2, 6]);
    expect(hidden([], false)).toEqual([1, 2, 6]);
    const { publicWords, committeeWords } = blockData({ witnessSet, holders: [holder], mode: "rollup", formats });
    expect(readEntryWords(publicWords)).toHaveLength(4);
    expect(committeeWords).toEqual([]);
  });
});

test("a chain takes three words at a time, and none is 0", () => {
  expect(dataChain([])).toBe(0n);
  expect(dataChain([1n])).toBe(compress(0n, 1n, 0n, 0n));
  expect(dataChain([1n, 2n, 3n, 4n])).toBe(compress(compress(0n, 1n, 2n, 3n), 4n, 0n, 0n));
});
