import { librarySources } from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import {
  createIndexedTree,
  type IndexedTree,
  memoryTreeStores,
  valuesHash,
  type WitnessEntry,
  type WitnessInsert,
} from "@frond/protocol";
import { beforeAll, expect, test } from "vitest";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";

const WIDTH = 2;
const MAIN = `use frond::witness_set::WitnessSet;
fn main(set: WitnessSet<3, 2, ${WIDTH}>, after: [[Field; ${WIDTH}]; 5]) -> pub Field {
    set.apply(after)
}
`;
const MANIFEST = `[package]\nname = "test"\ntype = "bin"\nauthors = []\n[dependencies]\nfrond = { path = "../lib" }\n`;
const NONE: readonly Field[] = [0n, 0n];

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit({
    files: { ...librarySources(), "bin/Nargo.toml": MANIFEST, "bin/src/main.nr": MAIN },
  });
}, 300_000);

/** Keys 100, 200, 300 at leaves 1, 2, 3. */
function createTree(): IndexedTree {
  const tree = createIndexedTree({ entryWidth: WIDTH, ...memoryTreeStores() });
  tree.applyWitnessSet([100n, 200n, 300n].map((key) => ({ key, after: [key, key + 1n] })));
  return tree;
}

type Steps = { entries?: readonly WitnessEntry[]; inserts?: readonly WitnessInsert[] };

/** The failure for a set whose paths are right at each step, in whatever order the steps are. */
function failureOf(tree: { root: Field; leafCount: number }, { entries = [], inserts = [] }: Steps) {
  const path = (siblings?: readonly (readonly Field[])[]) =>
    Array.from({ length: 14 }, (_, level) => [0, 1, 2].map((i) => fieldToHex(siblings?.[level]?.[i] ?? 0n)));
  const hex = (values: readonly Field[]) => values.map(fieldToHex);
  const after = (item?: { after: readonly Field[] }) => hex(item?.after ?? NONE);
  const three = [0, 1, 2].map((i) => entries[i]);
  const two = [0, 1].map((i) => inserts[i]);
  return circuit.failure({
    set: {
      tree_root: fieldToHex(tree.root),
      leaf_count: tree.leafCount,
      entries: three.map((entry) => ({
        index: entry?.index ?? 0,
        key: fieldToHex(entry?.key ?? 0n),
        next_key: fieldToHex(entry?.nextKey ?? 0n),
        before: hex(entry?.before ?? NONE),
        siblings: path(entry?.siblings),
      })),
      inserts: two.map((insert) => ({
        key: fieldToHex(insert?.key ?? 0n),
        siblings: path(insert?.siblings),
        low: {
          index: insert?.low.index ?? 0,
          key: fieldToHex(insert?.low.key ?? 0n),
          next_key: fieldToHex(insert?.low.nextKey ?? 0n),
          values: hex(insert?.low.values ?? NONE),
          siblings: path(insert?.low.siblings),
        },
      })),
    },
    after: [...three, ...two].map(after),
  });
}

/** Updates entries one after the other; each step has the path of the tree at its turn. */
function steps(tree: IndexedTree, keys: readonly Field[]): WitnessEntry[] {
  return keys.map((key, i) => tree.applyWitnessSet([{ key, after: [BigInt(i), 7n] }]).entries[0]!);
}

test.each([
  { keys: [100n, 200n, 300n], fails: undefined },
  { keys: [100n, 300n], fails: undefined },
  { keys: [200n, 100n], fails: /assert_max_bit_size/ },
  { keys: [100n, 100n], fails: /assert_max_bit_size/ },
])("entries $keys", async ({ keys, fails }) => {
  const tree = createTree();
  const start = { root: tree.root, leafCount: tree.leafCount };
  const failure = await failureOf(start, { entries: steps(tree, keys) });
  if (fails === undefined) expect(failure).toBeUndefined();
  else expect(failure).toMatch(fails);
});

test("new keys at the beginning, between and at the end", async () => {
  for (const keys of [[50n, 250n], [400n, 350n], [201n]]) {
    const tree = createTree();
    const start = { root: tree.root, leafCount: tree.leafCount };
    const { inserts } = tree.applyWitnessSet(keys.map((key) => ({ key, after: [1n, 2n] })));
    expect(await failureOf(start, { inserts })).toBeUndefined();
  }
});

/** Inserts `key` behind `lowKey` without checking the key that follows. */
function forcedInsert(
  tree: IndexedTree,
  key: Field,
  low: { key: Field; nextKey: Field; values: readonly Field[] },
): WitnessInsert {
  const [entry] = steps(createTree(), [low.key === 0n ? 100n : low.key]);
  const honest = tree.applyWitnessSet([{ key: low.key + 1n, after: [1n, 2n] }]).inserts[0]!;
  return { ...honest, key, low: { ...honest.low, ...low, siblings: entry!.siblings } };
}

test("absence can't be forged", async () => {
  const low = { key: 100n, nextKey: 200n, values: [100n, 101n] };
  for (const [key, caught] of [
    [200n, /not absent/],
    [300n, /not absent/],
    [100n, /not below the new key/],
    [50n, /not below the new key/],
  ] as const) {
    const start = createTree();
    const insert = forcedInsert(createTree(), key, low);
    expect(await failureOf({ root: start.root, leafCount: start.leafCount }, { inserts: [insert] })).toMatch(caught);
  }
});

test("a new key goes where there is none", async () => {
  const tree = createTree();
  const start = { root: tree.root, leafCount: tree.leafCount - 1 };
  const { inserts } = tree.applyWitnessSet([{ key: 250n, after: [1n, 2n] }]);
  expect(await failureOf(start, { inserts })).toMatch(/not in the state/);
});

test("a place of the set that is skipped", async () => {
  const tree = createTree();
  const start = { root: tree.root, leafCount: tree.leafCount };
  const [entry] = steps(tree, [200n]);
  expect(await failureOf(start, { entries: [undefined as never, entry!] })).toMatch(/a gap/);
});

test("a place for a new key that is skipped", async () => {
  const tree = createTree();
  const start = { root: tree.root, leafCount: tree.leafCount };
  const { inserts } = tree.applyWitnessSet([{ key: 250n, after: [1n, 2n] }]);
  expect(await failureOf(start, { inserts })).toBeUndefined();
  expect(await failureOf(start, { inserts: [undefined as never, inserts[0]!] })).toMatch(/a gap/);
});

test.each([1, 2, 4, 5, 7, 8, 10])("the hash of %i values is that of the function", async (width) => {
  const values = Array.from({ length: width }, (_, i) => BigInt(i + 1));
  const main = `use frond::witness_set::values_hash;
fn main(values: [Field; ${width}], expected: pub Field) {
    assert(values_hash(values) == expected);
}
`;
  const hashing = await createTestCircuit({
    files: { ...librarySources(), "bin/Nargo.toml": MANIFEST, "bin/src/main.nr": main },
  });
  const inputs = { values: values.map(fieldToHex), expected: fieldToHex(valuesHash(values)) };
  expect(await hashing.failure(inputs)).toBeUndefined();
});
