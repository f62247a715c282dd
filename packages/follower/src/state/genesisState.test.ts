import { createGenesisTree, genesisStateRoot, memoryTreeStores } from "@frond/protocol";
import { expect, test } from "vitest";
import { createStateOverlay } from "./createStateOverlay.ts";
import { genesisState } from "./genesisState.ts";

const NOTHING = { leaf: () => undefined, indexOf: () => undefined, lowOf: () => undefined, group: () => undefined };
const entries = [
  { key: 5n, values: [1n, 2n] },
  { key: 9n, values: [3n, 0n] },
];
const root = genesisStateRoot(2, entries);

test("a layer that began with entries is followed, if they lead to its root", () => {
  const { state, changes } = genesisState(root, 3, entries);
  expect(state).toMatchObject({ status: { kind: "followed" }, stateRoot: root, leafCount: 3 });
  const overlay = createStateOverlay(NOTHING, 0);
  overlay.absorb(changes);
  overlay.write({ index: 1, isInsert: false, isHidden: false, values: [7n, 7n] });
  overlay.write({ index: 3, isInsert: true, key: 6n, isHidden: false, values: [8n, 8n] });
  const tree = createGenesisTree({ entryWidth: 2, ...memoryTreeStores() }, entries);
  tree.applyWitnessSet([
    { key: 5n, after: [7n, 7n] },
    { key: 6n, after: [8n, 8n] },
  ]);
  expect(overlay.root()).toBe(tree.stateRoot);
});

test.each([
  ["nobody has told", undefined],
  ["of which one was left out", entries.slice(1)],
  ["of which one was changed", [entries[0]!, { key: 9n, values: [4n, 0n] }]],
  ["of which one is there twice", [entries[0]!, entries[0]!]],
  ["of another width", [entries[0]!, { key: 9n, values: [3n] }]],
])("a layer that began with entries %s is lost", (_name, told) => {
  const { state, changes } = genesisState(root, 3, told);
  expect(state.status).toMatchObject({ kind: "lost", epoch: 3, reason: expect.stringContaining("--genesis") });
  expect(changes.leafCount).toBe(0);
});

test("a layer that began with nothing is followed, whatever is told of it", () => {
  expect(genesisState(genesisStateRoot(2), 0, entries).state).toMatchObject({ leafCount: 1 });
});
