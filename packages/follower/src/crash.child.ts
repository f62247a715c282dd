import { writeSync } from "node:fs";
import { applyEpochs } from "./applyEpochs.ts";
import { openFollowerStore } from "./rows/openFollowerStore.ts";
import { genesisState } from "./state/genesisState.ts";
import { History } from "./testing/randomHistory.ts";
import { genesisLayers } from "./tree/followedTree.ts";

/*
 * The process that crash.test.ts kills: it follows the epochs of a history that is the same in every run, some at once,
 * and undoes some.
 */

const [path, seed, count] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const history = new History(seed);
const epochs = Array.from({ length: count }, () => history.epoch());
const store = openFollowerStore({ path, identity: { chainId: 1, settlement: "0x00" } });
writeSync(1, '{"ready":true}\n');
if (store.layers.size === 0) {
  const layers = genesisLayers(history.configs);
  const states = new Map([...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0)]));
  await store.commit({ epochs: [], layers, states, isFinal: true });
}
for (;;) {
  const last = store.lastEpoch();
  if (last === count || (last > 0 && Math.random() < 0.3)) await store.undo(Math.floor(Math.random() * last));
  else {
    const next = epochs.slice(last, last + 1 + Math.floor(Math.random() * 3));
    const applied = await applyEpochs(store, { epochs: next, committeeWords: async () => undefined });
    await store.commit({ ...applied, cursor: { next: last }, isFinal: false });
  }
  writeSync(1, `{"epoch":${store.lastEpoch()}}\n`);
}
