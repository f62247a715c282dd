import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layerRoot, leafHashOf, merkleRootFromPath, stateRootOf } from "@frond/protocol";
import { expect, it } from "vitest";
import { applyEpochs } from "../applyEpochs.ts";
import { openFollowerStore } from "../rows/openFollowerStore.ts";
import { genesisState } from "../state/genesisState.ts";
import { History } from "../testing/randomHistory.ts";
import { genesisLayers } from "../tree/followedTree.ts";
import { layerPath, vaultPath } from "./layerPath.ts";
import { openState } from "./openState.ts";

it("opens every entry, balance and record up to the root that L1 has", async () => {
  const history = new History(21);
  const directory = mkdtempSync(join(tmpdir(), "frond-follower-"));
  const store = openFollowerStore({ path: directory, identity: { chainId: 1, settlement: "0x00" } });
  const layers = genesisLayers(history.configs);
  const states = new Map([...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0)]));
  await store.commit({ epochs: [], layers, states, isFinal: true });
  const epochs = [
    history.settle(() => {
      const deep = history.register(history.register([0]));
      for (let i = 0; i < 5; i++) for (const path of [deep, [0], [1]]) history.block(path);
    }),
  ];
  await store.commit({
    ...(await applyEpochs(store, { epochs, committeeWords: async () => undefined })),
    isFinal: true,
  });

  for (const path of history.paths) {
    const { record, vault } = history.layerAt(path);
    const { layerId } = record;
    for (const asset of [1, 2, 3, 4]) {
      const { balance, siblings } = vaultPath(store.layers, layerId, asset);
      expect(balance).toBe(vault.get(asset) ?? 0n);
      expect(merkleRootFromPath(balance, asset, siblings)).toBe(record.vaultRoot);
    }
    const [first, ...above] = layerPath(store.layers, layerId);
    expect(first!.record).toEqual(record);
    let below = first!;
    for (const station of above) {
      const root = merkleRootFromPath(layerRoot(below.record), below.index, below.siblings);
      expect(root).toBe(station.record.childrenRoot);
      below = station;
    }
    expect(layerRoot(below.record)).toBe(epochs[0]!.rootOut);
    const state = openState(store, layerId);
    for (const { key, values } of history.stateAt(path).leaves.slice(1)) {
      const opened = state.open(key);
      expect(opened.leaf.values).toEqual(values);
      expect(
        merkleRootFromPath(
          leafHashOf(opened.leaf.key, opened.leaf.nextKey, opened.leaf.valuesHash),
          opened.index,
          opened.siblings,
        ),
      ).toBe(state.treeRoot);
      const low = state.open(key - 1n);
      expect(low.leaf.nextKey).toBe(key);
    }
    expect(stateRootOf(state.treeRoot, state.leafCount)).toBe(record.stateRoot);
  }
  await store.close();
  rmSync(directory, { recursive: true });
});
