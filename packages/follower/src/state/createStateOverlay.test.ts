import { createIndexedTree, memoryTreeStores } from "@frond/protocol";
import fc from "fast-check";
import { expect, it } from "vitest";
import { noRows } from "../rows/stateRows.ts";
import { createStateOverlay, type StateOverlay } from "./createStateOverlay.ts";
import { genesisState } from "./genesisState.ts";

const WIDTH = 5;
/** Few keys, far apart and side by side, so that many are written again and many stand between two others. */
const key = fc.oneof(
  fc.bigInt(1n, 60n),
  fc.bigInt(1n, 20n).map((small) => small << 200n),
);
const entry = fc.record({ key, value: fc.bigInt(0n, 2n ** 64n) });
/** Blocks; whether the root is asked for behind one, and whether the next is written to an overlay above that. */
const blocks = fc.array(
  fc.record({
    entries: fc.array(entry, { minLength: 1, maxLength: 12 }),
    isRooted: fc.boolean(),
    isAbove: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

it("many entries at once lead to the tree that one after the other leads to", () => {
  fc.assert(
    fc.property(blocks, (given) => {
      const stores = memoryTreeStores();
      const tree = createIndexedTree({ entryWidth: WIDTH, ...stores });
      let overlay = createStateOverlay(noRows, 0);
      overlay.absorb(genesisState(tree.stateRoot, 0).changes);
      for (const { entries, isRooted, isAbove } of given) {
        for (const { key, value } of entries) {
          const values = [value, key, 0n, value >> 7n, 1n];
          const known = stores.leaves.indexOf(key);
          const index = known ?? overlay.leafCount;
          const isInsert = known === undefined;
          overlay.write({ index, isInsert, isHidden: false, values, ...(isInsert ? { key } : {}) });
          tree.applyWitnessSet([{ key, after: values }]);
        }
        if (isRooted || isAbove) expect(overlay.root()).toBe(tree.stateRoot);
        if (isAbove) overlay = createStateOverlay(overlay, overlay.leafCount);
      }
      expect(overlay.root()).toBe(tree.stateRoot);
      expectSameLeaves(overlay, tree.leafCount, stores.leaves.get);
    }),
    { numRuns: 12 },
  );
});

function expectSameLeaves(
  overlay: StateOverlay,
  count: number,
  leafAt: (index: number) => { readonly key: bigint; readonly nextKey: bigint } | undefined,
): void {
  expect(overlay.leafCount).toBe(count);
  for (let index = 0; index < count; index++) {
    const { key, nextKey } = leafAt(index)!;
    expect(overlay.leaf(index)).toMatchObject({ key, nextKey });
    if (index === 0) continue;
    expect(overlay.indexOf(key)).toBe(index);
    expect(overlay.leaf(overlay.lowOf(key)!)!.nextKey).toBe(key);
  }
}
