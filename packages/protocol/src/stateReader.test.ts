import { expect, test } from "vitest";
import { createIndexedTree, leafHashOf, memoryTreeStores } from "./indexedTree.ts";
import { merkleRootFromPath } from "./merkleTree.ts";
import { createStateReader, stateSourceOf, withHeldValues } from "./stateReader.ts";

test("an entry is opened, or the leaf below one that is not there, with a path to the root", () => {
  const stores = memoryTreeStores();
  const tree = createIndexedTree({ entryWidth: 2, ...stores });
  tree.applyWitnessSet([50n, 10n, 30n, 20n, 40n].map((key) => ({ key, after: [key, key + 1n] })));
  const reader = createStateReader(stateSourceOf(stores, tree.leafCount));
  expect([reader.treeRoot, reader.leafCount]).toEqual([tree.root, 6]);
  for (const [wanted, found] of [
    [30n, 30n],
    [35n, 30n],
    [5n, 0n],
    [99n, 50n],
  ] as const) {
    const { index, leaf, siblings } = reader.open(wanted);
    expect(leaf.key).toBe(found);
    expect(merkleRootFromPath(leafHashOf(leaf.key, leaf.nextKey, leaf.valuesHash), index, siblings)).toBe(tree.root);
  }
});

test("an entry of which only the hash is known has the values that its owner holds", () => {
  const stores = memoryTreeStores();
  const tree = createIndexedTree({ entryWidth: 2, ...stores });
  tree.applyWitnessSet([10n, 20n, 30n].map((key) => ({ key, after: [key, key + 1n] })));
  const source = stateSourceOf(stores, tree.leafCount);
  const hidden = createStateReader({
    ...source,
    leaf: (index) => ({ ...source.leaf(index)!, ...(index === 1 ? {} : { values: undefined }) }),
  });
  const reader = withHeldValues(hidden, [
    [20n, 21n],
    [30n, 32n],
  ]);
  expect([reader.treeRoot, reader.leafCount]).toEqual([hidden.treeRoot, hidden.leafCount]);
  const values = [10n, 20n, 30n].map((key) => reader.open(key).leaf.values);
  expect(values).toEqual([[10n, 11n], [20n, 21n], undefined]);
  expect(reader.open(20n)).toEqual(createStateReader(source).open(20n));
});
