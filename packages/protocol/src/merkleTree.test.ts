import { compress, type Field } from "@frond/foundation";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyTreeRoot, FixedTree, LeafIndexError, merkleRootFromPath } from "./merkleTree.ts";

function naiveRoot(leaves: readonly Field[]): Field {
  if (leaves.length === 1) return leaves[0]!;
  const parents: Field[] = [];
  for (let i = 0; i < leaves.length; i += 4) {
    parents.push(compress(leaves[i]!, leaves[i + 1]!, leaves[i + 2]!, leaves[i + 3]!));
  }
  return naiveRoot(parents);
}

test("the root is that of the whole tree hashed again, and every path leads to it", () => {
  const sets = fc.array(fc.tuple(fc.nat(63), fc.bigInt({ min: 0n, max: 1n << 200n })), { maxLength: 12 });
  fc.assert(
    fc.property(sets, fc.nat(63), (changes, probe) => {
      const tree = new FixedTree(3);
      const leaves = new Array<Field>(64).fill(0n);
      for (const [index, value] of changes) {
        tree.set(index, value);
        leaves[index] = value;
      }
      expect(tree.root).toBe(naiveRoot(leaves));
      expect(merkleRootFromPath(leaves[probe]!, probe, tree.path(probe))).toBe(tree.root);
      expect(merkleRootFromPath(leaves[probe]! + 1n, probe, tree.path(probe))).not.toBe(tree.root);
    }),
    { numRuns: 40 },
  );
});

test("a tree made from leaves equals one that was set, and zero can be set back", () => {
  const tree = new FixedTree(2, [[3, 7n]]);
  expect(tree.root).not.toBe(emptyTreeRoot(2));
  expect(tree.entries()).toEqual([[3, 7n]]);
  tree.set(3, 0n);
  expect(tree.root).toBe(emptyTreeRoot(2));
});

test("a tree with one leaf replaced leaves the first as it was", () => {
  const tree = new FixedTree(3, [
    [3, 7n],
    [60, 8n],
  ]);
  const { root } = tree;
  const other = tree.with(3, 9n);
  expect(tree.root).toBe(root);
  expect(other.entries()).toEqual([
    [3, 9n],
    [60, 8n],
  ]);
  expect(other.root).toBe(new FixedTree(3, other.entries()).root);
});

test("a tree of depth 0 is its leaf", () => {
  const tree = new FixedTree(0, [[0, 9n]]);
  expect(tree.root).toBe(9n);
  expect(tree.path(0)).toEqual([]);
});

test("empty roots are known values", () => {
  expect([0, 1, 2, 8, 10, 14].map(emptyTreeRoot)).toMatchInlineSnapshot(`
    [
      0n,
      11250791130336988991462250958918728798886439319225016858543557054782819955502n,
      13275523886850772203499937929411989751814724443660933356636715342882220878184n,
      1003084786316825367398224042789524708592293404317093705861247893016643282141n,
      19390014820408017477952508252238975208937215447164506434399445617253075693952n,
      16466410906082099206401648249798791496714979588657954534741449206827514286421n,
    ]
  `);
});

test.each([-1, 16, 1.5, Number.NaN])("there is no leaf %s", (index) => {
  expect(() => new FixedTree(2).set(index, 1n)).toThrow(LeafIndexError);
  expect(() => new FixedTree(2).path(index)).toThrow(LeafIndexError);
});
