import { compress, type Field } from "@frond/foundation";
import { STATE_DEPTH } from "@frond/protocol";
import { expect } from "vitest";
import type { FollowerStore } from "../rows/openFollowerStore.ts";
import { nodesOfGroup } from "../state/leaf.ts";
import type { History } from "./randomHistory.ts";

/** Everything that is kept is what the tree itself has. */
export function expectSame(store: FollowerStore, history: History): void {
  for (const path of history.paths) {
    const { record, config, vault } = history.layerAt(path);
    const layer = store.layers.get(record.layerId)!;
    expect({ path, record: layer.record, config: layer.config }).toEqual({ path, record, config });
    const held = (balances: Iterable<readonly [number, bigint]>) =>
      new Map([...balances].filter(([, sum]) => sum > 0n));
    expect(held(layer.vault.entries())).toEqual(held(vault));
    expectSameState(store, record.layerId, history);
  }
  expect(store.layers.size).toBe(history.paths.length);
}

/** Every entry and every node of a layer's state. */
export function expectSameState(store: FollowerStore, layerId: Field, history: History): void {
  const reference = history.states.get(layerId)!;
  const state = store.states.get(layerId)!;
  expect(state).toMatchObject({ status: { kind: "followed" }, stateRoot: reference.root });
  expect(state.leafCount).toBe(reference.leaves.length);
  const rows = store.rowsOf(layerId);
  for (const [index, leaf] of reference.leaves.entries()) {
    // Of the sentinel's zeros nobody knows how many there are.
    expect(rows.leaf(index)).toEqual(index === 0 ? { ...leaf, values: expect.anything() } : leaf);
    expect(rows.indexOf(leaf.key)).toBe(index);
  }
  for (let level = 0; level < STATE_DEPTH; level++) {
    const above = level === STATE_DEPTH - 1 ? reference.tree.root : nodesOfGroup(rows.group(level + 1, 0))![0];
    expect(compress(...nodesOfGroup(rows.group(level, 0))!)).toBe(above);
  }
}
