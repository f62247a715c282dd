import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blobOfWords } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { hexToBytes } from "viem";
import { afterEach, expect, it } from "vitest";
import { applyEpochs, type EpochData } from "./applyEpochs.ts";
import { createWaitingRetry } from "./retryWaiting.ts";
import { type FollowerStore, openFollowerStore } from "./rows/openFollowerStore.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import { genesisState } from "./state/genesisState.ts";
import { expectSame, expectSameState } from "./testing/expectSame.ts";
import { History } from "./testing/randomHistory.ts";
import { genesisLayers } from "./tree/followedTree.ts";

const identity = { chainId: 31337, settlement: "0xAB" };
const nobody = async () => undefined;
const opened: { store: FollowerStore; path: string }[] = [];

/** A store in a directory of its own that has the tree before its first epoch. */
async function storeOf(history: History): Promise<FollowerStore> {
  const path = mkdtempSync(join(tmpdir(), "frond-follower-"));
  const store = openFollowerStore({ path, identity });
  opened.push({ store, path });
  const layers = genesisLayers(history.configs);
  const states = new Map([...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0)]));
  await store.commit({ epochs: [], layers, states, isFinal: true });
  return store;
}
afterEach(async () => {
  for (const { store, path } of opened.splice(0)) {
    await store.close();
    rmSync(path, { recursive: true });
  }
});

async function follow(store: FollowerStore, epochs: readonly EpochData[], isFinal = true): Promise<void> {
  const applied = await applyEpochs(store, { epochs, committeeWords: nobody });
  await store.commit({ ...applied, isFinal });
}

function blockOfEach(history: History): void {
  for (const path of history.paths) history.block(path);
}

it.each([1, 2, 3, 4])("follows a tree that lives at random, byte for byte (seed %i)", async (seed) => {
  const history = new History(seed);
  const store = await storeOf(history);
  for (let i = 0; i < 12; i++) {
    await follow(store, [history.epoch()]);
    expectSame(store, history);
  }
});

it("comes to the same by many epochs at once", async () => {
  const history = new History(7);
  const [one, many] = [await storeOf(history), await storeOf(history)];
  const epochs = Array.from({ length: 15 }, () => history.epoch());
  for (const epoch of epochs) await follow(one, [epoch]);
  await follow(many, epochs);
  expectSame(one, history);
  expectSame(many, history);
});

it("refuses an epoch with a word of the tree changed, and keeps nothing of it", async () => {
  const history = new History(5);
  const store = await storeOf(history);
  await follow(store, [history.settle(() => history.block([0]))]);
  const { words, ...data } = history.settle(() => {
    history.register([0]);
    history.upgrade([1]);
  });
  for (const at of words.keys()) {
    // Some zeros are between the parts of a segment, and mean nothing.
    if (words[at] === 0n) continue;
    const other = words.with(at, words[at]! + 1n);
    await expect(follow(store, [{ ...data, words: other }])).rejects.toMatchObject({ code: /^follower\// });
  }
  await expect(follow(store, [{ ...data, words: words.slice(3) }])).rejects.toMatchObject({ code: /^follower\// });
  expect([store.lastEpoch(), store.layers.size]).toEqual([1, 3]);
  await follow(store, [{ ...data, words }]);
  expectSame(store, history);
});

it("refuses the words of another epoch", async () => {
  const history = new History(6);
  const store = await storeOf(history);
  const first = history.settle(() => history.block([0], { moves: false }));
  const second = history.settle(() => history.block([0], { moves: false }));
  await expect(follow(store, [{ ...first, words: second.words }])).rejects.toMatchObject({ code: "follower/root" });
});

it.each([
  ["leads to another state", (words: readonly Field[]) => words.with(words.length - 1, words.at(-1)! ^ 1n)],
  ["has no entries", () => [0n, 0n, 0n]],
  ["is no entries", () => [123n, 456n, 789n]],
  ["has a header of 65 values", () => [65n << 30n]],
  ["is cut off", (words: readonly Field[]) => words.slice(0, 1)],
])("a layer whose data %s is lost alone, and its record follows", async (_, tamper) => {
  const history = new History(8);
  const store = await storeOf(history);
  await follow(store, [history.settle(() => blockOfEach(history))]);
  const liar = history.settle(() => {
    history.block([0], { published: (entries, state) => tamper(state.wordsOf(entries)) });
    history.block([1]);
  });
  const later = history.settle(() => blockOfEach(history));
  await follow(store, [liar, later]);
  const [lost, other] = [history.layerAt([0]).record, history.layerAt([1]).record];
  expect(store.states.get(lost.layerId)!.status).toMatchObject({ kind: "lost", epoch: liar.epoch });
  expect(store.layers.get(lost.layerId)!.record).toEqual(lost);
  expect(store.layers.get(other.layerId)!.record).toEqual(other);
  expectSameState(store, other.layerId, history);
});

it("undoes epochs that L1 undoes, and follows others in their place", async () => {
  const history = new History(9);
  const store = await storeOf(history);
  await follow(store, [history.epoch()], false);
  const kept = structuredClone([...store.states]);
  const epochs = [history.epoch(), history.epoch(), history.epoch()];
  for (const epoch of epochs) await follow(store, [epoch], false);
  await store.undo(1);
  expect(store.lastEpoch()).toBe(1);
  expect([...store.states]).toEqual(kept);
  await follow(store, epochs, false);
  expectSame(store, history);
  await store.forgetUndo(3);
  await expect(store.undo(2)).rejects.toMatchObject({ code: "follower/undone-too-deep" });
});

it("is after a restart where it was", async () => {
  const history = new History(10);
  const store = await storeOf(history);
  await follow(store, [history.epoch(), history.epoch()]);
  await store.close();
  const again = openFollowerStore({ path: opened[0]!.path, identity });
  opened[0]!.store = again;
  expectSame(again, history);
  await follow(again, [history.epoch()]);
  expectSame(again, history);
});

it("asks a committee that stays silent for the first block that it needs, and reads no further blob for that", async () => {
  const history = new History(11);
  const store = await storeOf(history);
  const epochs = Array.from({ length: 5 }, () => history.settle(() => history.block([0])));
  await follow(store, epochs);
  const { layerId } = history.layerAt([0]).record;
  const { config } = store.layers.get(layerId)!;
  const fresh = genesisState(config.genesisStateRoot, 0);
  const status = { kind: "waiting", epoch: epochs[0]!.epoch, time: 0, reason: "it is silent", config } as const;
  const states = new Map([[layerId, { ...fresh, state: { ...fresh.state, status } }]]);
  await store.commit({ epochs: [], layers: new Map(), states, isFinal: true });
  const words = new Map(epochs.map((epoch) => [epoch.versionedHash!, epoch.words]));
  const read: string[] = [];
  const blobs = {
    get(versionedHash: `0x${string}`) {
      read.push(versionedHash);
      return hexToBytes(blobOfWords(words.get(versionedHash)!));
    },
  } as unknown as KeptBlobs;
  await createWaitingRetry(store, { blobs, committeeWords: nobody })(0);
  expect(read).toEqual([epochs[0]!.versionedHash]);
});
