import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Field, publicKeyOf, sleep } from "@frond/foundation";
import {
  createLayerConfig,
  DataAvailability,
  L1_LAYER_ID,
  type LayerConfig,
  layerConfigHash,
  layerIdOfConfig,
  layerRoot,
  type Segment,
  segmentWords,
} from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { applyEpochs, type EpochData } from "./applyEpochs.ts";
import { createWaitingRetry } from "./retryWaiting.ts";
import { type FollowerStore, openFollowerStore } from "./rows/openFollowerStore.ts";
import { type KeptBlobs, keptBlobs } from "./sources/keptBlobs.ts";
import type { CommitteeWords } from "./state/advanceState.ts";
import { genesisState } from "./state/genesisState.ts";
import { randomFrom } from "./testing/random.ts";
import { ReferenceState } from "./testing/referenceState.ts";
import { wordsToBlob } from "./testing/wordsToBlob.ts";
import { genesisLayers, trunkOf } from "./tree/followedTree.ts";

/* A validium that gets another sequencer and another committee: each block's words are asked of who it had then. */

const reference = () => new ReferenceState([4, 7]);
const first = createLayerConfig({
  ...{ parentId: L1_LAYER_ID, index: 9n, blockKeysRoot: 1n, owner: 7n, committeeRoot: 11n, committeeThreshold: 1 },
  sequencerKey: publicKeyOf(5n),
  genesisStateRoot: reference().root,
  dataAvailability: DataAvailability.validium,
});
const second = { ...first, sequencerKey: publicKeyOf(6n), committeeRoot: 12n };
const third = { ...second, sequencerKey: publicKeyOf(8n) };
const layerId = layerIdOfConfig(first);
const hashOf = (epoch: number) => `0x${String(epoch).padStart(64, "0")}` as const;

let path: string;
let store: FollowerStore;
let blobs: KeptBlobs;
beforeEach(async () => {
  path = mkdtempSync(join(tmpdir(), "frond-follower-"));
  store = openFollowerStore({ path, identity: { chainId: 1, settlement: "0x00" } });
  blobs = keptBlobs(join(path, "blobs"));
  const layers = genesisLayers([first]);
  const states = new Map([[layerId, genesisState(first.genesisStateRoot, 0)]]);
  await store.commit({ epochs: [], layers, states, isFinal: true });
});
afterEach(async () => {
  await store.close();
  rmSync(path, { recursive: true });
});

type Step = { readonly time: number } | { readonly config: LayerConfig };

/** Epochs of blocks and upgrades, with what the committee has of each block, and the config of its time. */
async function settle(epochs: readonly (readonly Step[])[]) {
  const state = reference();
  const random = randomFrom(71);
  const told = new Map<number, { readonly words: readonly Field[]; readonly config: LayerConfig }>();
  let { record } = trunkOf(genesisLayers([first]));
  let config = first;
  const settled: EpochData[] = [];
  for (const [i, steps] of epochs.entries()) {
    const rootIn = layerRoot(record);
    const segments: Segment[] = [];
    for (const step of steps) {
      if ("time" in step) {
        told.set(step.time, { words: state.wordsOf(state.writeAtRandom(random, 3)), config });
        record = { ...record, stateRoot: state.root, time: step.time };
      } else {
        ({ config } = step);
        record = { ...record, configHash: layerConfigHash(config) };
      }
      const kind = "time" in step ? "block" : "upgrade";
      const given = kind === "upgrade" ? { config } : {};
      segments.push({
        kind,
        layerId,
        stateRoot: record.stateRoot,
        time: record.time,
        blockWords: [],
        moves: [],
        ...given,
      });
    }
    const [epoch, words] = [i + 1, segments.flatMap(segmentWords)];
    const place = { until: epoch, block: epoch, transaction: hashOf(epoch), versionedHash: hashOf(epoch) };
    settled.push({ epoch, rootIn, rootOut: layerRoot(record), ...place, words });
    await blobs.keep(hashOf(epoch), wordsToBlob(words));
  }
  /** What the committee of a block's time tells whoever asks with the config of that time. */
  const committeeWords: CommitteeWords = async ({ time, config: asked }) => {
    const block = told.get(time)!;
    return layerConfigHash(asked) === layerConfigHash(block.config) ? block.words : undefined;
  };
  return { settled, committeeWords };
}

const epochs: readonly (readonly Step[])[] = [
  [{ time: 1 }, { config: second }, { time: 2 }],
  [{ time: 3 }, { time: 4 }, { config: third }],
  [{ time: 5 }],
];
const status = () => store.states.get(layerId)!;

it("follows a validium through its upgrades", async () => {
  const { settled, committeeWords } = await settle(epochs);
  await store.commit({ ...(await applyEpochs(store, { epochs: settled, committeeWords })), isFinal: true });
  expect(status()).toMatchObject({ status: { kind: "followed" }, blocks: 5, time: 5 });
});

it.each([1, 2, 3, 4, 5])("goes on behind a block at %i, of which the committee was silent", async (silent) => {
  const { settled, committeeWords } = await settle(epochs);
  const someWords: CommitteeWords = async (request) => (request.time >= silent ? undefined : committeeWords(request));
  const applied = await applyEpochs(store, { epochs: settled, committeeWords: someWords });
  await store.commit({ ...applied, isFinal: true });
  expect(status()).toMatchObject({ status: { kind: "waiting", time: silent } });
  let isSilent = true;
  const retry = createWaitingRetry(store, {
    blobs,
    committeeWords: (request) => (isSilent ? someWords : committeeWords)(request),
  });
  for (let look = 0; look < 3; look++) {
    await retry(9);
    await sleep(1);
  }
  expect(status()).toMatchObject({ status: { kind: "waiting", time: silent } });
  isSilent = false;
  await expect.poll(() => retry(9).then(status)).toMatchObject({ status: { kind: "followed" }, blocks: 5, time: 5 });
});

it("waits for no committee that does not answer, and asks it no second time before", async () => {
  const { settled, committeeWords } = await settle(epochs);
  const applied = await applyEpochs(store, { epochs: settled, committeeWords: async () => undefined });
  await store.commit({ ...applied, isFinal: true });
  let asked = 0;
  let giveUp = (_: undefined) => {};
  let answer: CommitteeWords = () => {
    asked++;
    return new Promise((resolve) => {
      giveUp = resolve;
    });
  };
  const retry = createWaitingRetry(store, { blobs, committeeWords: (request) => answer(request) });
  for (let look = 0; look < 5; look++) await retry(9);
  expect([asked, status().status.kind]).toEqual([1, "waiting"]);
  answer = committeeWords;
  giveUp(undefined);
  await expect.poll(() => retry(9).then(() => status().status.kind)).toBe("followed");
});
