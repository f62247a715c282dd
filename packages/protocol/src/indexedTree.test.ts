import { compress, type Field, poseidon2Hash } from "@frond/foundation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STATE_DEPTH } from "./constants.ts";
import {
  createIndexedTree,
  entryKey,
  genesisStateRoot,
  leafHash,
  memoryTreeStores,
  type StateUpdate,
  StateUpdateError,
  valuesHash,
  type WitnessSet,
} from "./indexedTree.ts";
import { stateRootOf } from "./layerRecord.ts";
import { FixedTree, merkleRootFromPath } from "./merkleTree.ts";

const WIDTH = 3;

/** The model: entries in the order of their places; everything else is computed again from them. */
class Model {
  readonly entries: { key: Field; values: readonly Field[] }[] = [{ key: 0n, values: [0n, 0n, 0n] }];

  get treeRoot(): Field {
    const sorted = this.entries.map(({ key }) => key).sort((a, b) => (a < b ? -1 : 1));
    const tree = new FixedTree(STATE_DEPTH);
    this.entries.forEach(({ key, values }, index) => {
      tree.set(index, leafHash({ key, nextKey: sorted[sorted.indexOf(key) + 1] ?? 0n, values }));
    });
    return tree.root;
  }

  apply(updates: readonly StateUpdate[]): void {
    for (const { key, after } of updates) {
      const entry = this.entries.find((existing) => existing.key === key);
      if (entry === undefined) this.entries.push({ key, values: after });
      else entry.values = after;
    }
  }
}

/**
 * What the circuit does with a witness set: returns the root it ends at, or throws at the first thing that is wrong.
 */
function replay(set: WitnessSet): Field {
  let root = set.treeRootBefore;
  let leafCount = set.leafCountBefore;
  let lastIndex = -1;
  expect(stateRootOf(root, leafCount)).toBe(set.stateRootBefore);
  for (const { index, key, nextKey, before, after, siblings } of set.entries) {
    expect(index).toBeGreaterThan(lastIndex);
    lastIndex = index;
    expect(merkleRootFromPath(leafHash({ key, nextKey, values: before }), index, siblings)).toBe(root);
    root = merkleRootFromPath(leafHash({ key, nextKey, values: after }), index, siblings);
  }
  for (const { key, after, siblings, low } of set.inserts) {
    expect(low.key < key && (low.nextKey === 0n || key < low.nextKey)).toBe(true);
    expect(merkleRootFromPath(leafHash(low), low.index, low.siblings)).toBe(root);
    root = merkleRootFromPath(leafHash({ ...low, nextKey: key }), low.index, low.siblings);
    expect(merkleRootFromPath(0n, leafCount, siblings)).toBe(root);
    root = merkleRootFromPath(leafHash({ key, nextKey: low.nextKey, values: after }), leafCount, siblings);
    leafCount++;
  }
  return stateRootOf(root, leafCount);
}

const keys = fc.oneof(fc.bigInt({ min: 1n, max: 30n }), fc.bigInt({ min: 1n, max: 1n << 250n }));
const values = fc.array(fc.bigInt({ min: 0n, max: 1n << 128n }), { minLength: WIDTH, maxLength: WIDTH });
const updateSets = fc.uniqueArray(fc.record({ key: keys, after: values }), {
  maxLength: 8,
  selector: ({ key }) => key,
});

test("any sequence of blocks gives the model's root, and witnesses that lead from root to root", () => {
  fc.assert(
    fc.property(fc.array(updateSets, { maxLength: 5 }), (blocks) => {
      const tree = createIndexedTree({ entryWidth: WIDTH, ...memoryTreeStores() });
      const model = new Model();
      for (const updates of blocks) {
        const rootBefore = tree.stateRoot;
        const set = tree.applyWitnessSet(updates);
        model.apply(updates);
        expect(set.stateRootBefore).toBe(rootBefore);
        expect(replay(set)).toBe(tree.stateRoot);
        expect(set.stateRootAfter).toBe(tree.stateRoot);
        expect(tree.root).toBe(model.treeRoot);
        expect(tree.leafCount).toBe(model.entries.length);
        expect(set.inserts.map(({ key }) => key)).toEqual(
          updates.map(({ key }) => key).filter((key) => !set.entries.some((entry) => entry.key === key)),
        );
      }
      for (const { key, values } of model.entries.slice(1)) expect(tree.read(key)).toEqual(values);
    }),
    { numRuns: 25 },
  );
});

test("a tree opened again over the same stores goes on from there", () => {
  for (const count of [0, 1, 2, 3, 4, 5, 16, 17]) {
    const stores = memoryTreeStores();
    const tree = createIndexedTree({ entryWidth: 1, ...stores });
    for (let i = 0; i < count; i++) tree.applyWitnessSet([{ key: BigInt(100 - i), after: [BigInt(i)] }]);
    const again = createIndexedTree({ entryWidth: 1, ...stores });
    expect([again.leafCount, again.stateRoot]).toEqual([count + 1, tree.stateRoot]);
  }
});

test("the genesis state is the sentinel alone", () => {
  const tree = createIndexedTree({ entryWidth: 2, ...memoryTreeStores() });
  expect([tree.leafCount, tree.stateRoot]).toEqual([1, genesisStateRoot(2)]);
  expect(tree.root).toBe(new FixedTree(STATE_DEPTH, [[0, poseidon2Hash([0n, 0n, compress(0n, 0n, 0n, 0n)])]]).root);
  expect(tree.read(0n)).toBeUndefined();
});

describe("updates that can't be applied change nothing", () => {
  const bad: Record<string, StateUpdate[]> = {
    "the sentinel's key": [{ key: 0n, after: [1n] }],
    "a key twice": [
      { key: 5n, after: [1n] },
      { key: 5n, after: [2n] },
    ],
    "too few values": [{ key: 5n, after: [] }],
    "too many values": [{ key: 5n, after: [1n, 2n] }],
  };
  test.each(Object.keys(bad))("%s", (name) => {
    const tree = createIndexedTree({ entryWidth: 1, ...memoryTreeStores() });
    const before = tree.stateRoot;
    expect(() => tree.applyWitnessSet([{ key: 9n, after: [1n] }, ...bad[name]!])).toThrow(StateUpdateError);
    expect([tree.stateRoot, tree.leafCount]).toEqual([before, 1]);
  });
});

test("entry keys of different maps, and of cells and maps, differ", () => {
  const made = [entryKey(0, [1n]), entryKey(1, [1n]), entryKey(1, []), entryKey(0, [1n, 0n]), entryKey(0, [])];
  expect(new Set(made).size).toBe(made.length);
  expect(entryKey(0, [1n])).toBe(poseidon2Hash([1n << 64n, 1n]));
});

test("the hash of values takes four at first and then three at a time", () => {
  const [a, b, c, d, e, f, g, h] = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n];
  expect(valuesHash([a])).toBe(compress(a, 0n, 0n, 0n));
  expect(valuesHash([a, b, c, d])).toBe(compress(a, b, c, d));
  expect(valuesHash([a, b, c, d, e, f, g, h])).toBe(compress(compress(compress(a, b, c, d), e, f, g), h, 0n, 0n));
  expect(leafHash({ key: 9n, nextKey: 8n, values: [a, b] })).toBe(poseidon2Hash([9n, 8n, valuesHash([a, b])]));
});
