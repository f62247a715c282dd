import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyEpochs,
  type BlobVerifier,
  createBlobVerifier,
  createHashPool,
  type EpochData,
  type FollowerStore,
  genesisLayers,
  genesisState,
  type HashPool,
  openFollowerStore,
  readAhead,
} from "@frond/follower";
import { type FullEpochs, fullEpochs, wordsToBlob } from "@frond/follower/testing";
import { commitment, readSegments, segmentWords } from "@frond/protocol";
import type { Figure, Section } from "./report.ts";

/** To fill the state with, and then of each way of writing. */
const EPOCHS = { full: 32, small: 1 };
/** What a follower applies at once. */
const BATCH = 32;

type FullEpoch = ReturnType<FullEpochs["inserts"]>;
type Read = {
  readonly epoch: FullEpoch;
  readonly blob: Uint8Array;
  readonly stated: { commitment: bigint; words: [] };
};

/** Entries a second of a follower that catches up: blobs are verified, entries hashed, roots compared, all on disk. */
export const follower: Section = {
  name: "follower",
  async run(progress, form) {
    const length = EPOCHS[form];
    const path = mkdtempSync(join(tmpdir(), "frond-follower-bench-"));
    const pool = createHashPool();
    const verify = createBlobVerifier(pool.hasher);
    const measure = (epochs: readonly FullEpoch[]) => measureWith({ store, hasher: pool.hasher, verify }, epochs);
    const store = openFollowerStore({ path, identity: { chainId: 1, settlement: "0x00" } });
    try {
      const made = fullEpochs();
      const layers = genesisLayers([made.config]);
      const states = new Map([...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0)]));
      await store.commit({ epochs: [], layers, states, isFinal: true });
      progress("filling the state");
      const filling = await measure(Array.from({ length }, () => made.inserts()));
      progress(`${filling.entries} entries`);
      const anywhere = Array.from({ length }, () => made.updates(uniform));
      const random = await measure(anywhere);
      progress("entries of which some are written often");
      const often = Array.from({ length }, () => made.updates(oftenTheSame));
      const popular = await measure(often);
      const bytes = statSync(join(path, "data.mdb")).size;
      return [
        figureOf("new entries a second", filling, { "bytes on disk, an entry": bytes / (filling.entries + 1) }),
        figureOf("entries a second, written anywhere", random, {}),
        figureOf("entries a second, one in ten of them written often", popular, {}),
      ];
    } finally {
      await pool.close();
      await store.close();
      rmSync(path, { recursive: true });
    }
  },
};

const uniform = (count: number): number => Math.floor(Math.random() * count);
/** Nine in ten writes are of a hundredth of the entries. */
const oftenTheSame = (count: number): number =>
  Math.random() < 0.9 ? uniform(Math.ceil(count / 100)) : uniform(count);

type Measured = {
  readonly entries: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly verifying: number;
  readonly memory: number;
};

type Measuring = {
  readonly store: FollowerStore;
  readonly hasher: HashPool["hasher"];
  readonly verify: BlobVerifier;
};

async function measureWith({ store, hasher, verify }: Measuring, epochs: readonly FullEpoch[]): Promise<Measured> {
  const reads = epochs.map((epoch): Read => {
    const segments = readSegments(epoch.words).map(segmentWords);
    return { epoch, blob: wordsToBlob(epoch.words), stated: { commitment: commitment([], segments), words: [] } };
  });
  const [entries, started] = [epochs.reduce((sum, epoch) => sum + epoch.entries, 0), performance.now()];
  const before = process.cpuUsage();
  let verifying = 0;
  let memory = 0;
  for (let at = 0; at < reads.length; at += BATCH) {
    const begun = performance.now();
    const data: EpochData[] = [];
    const read = async ({ epoch, blob, stated }: Read) => {
      const words = await verify({ blob, versionedHash: epoch.versionedHash!, stated });
      return { ...epoch, words: words! };
    };
    for await (const epoch of readAhead(reads.slice(at, at + BATCH), read)) data.push(epoch);
    verifying += performance.now() - begun;
    const applied = await applyEpochs(store, { epochs: data, hasher, committeeWords: async () => undefined });
    await store.commit({ ...applied, isFinal: true });
    memory = Math.max(memory, process.memoryUsage.rss());
  }
  const { user, system } = process.cpuUsage(before);
  return {
    entries,
    processorSeconds: (user + system) / 1e6,
    seconds: (performance.now() - started) / 1_000,
    verifying: verifying / 1_000,
    memory,
  };
}

function figureOf(
  name: string,
  { entries, seconds, processorSeconds, verifying, memory }: Measured,
  details: Figure["details"],
): Figure {
  return {
    name,
    value: entries / seconds,
    unit: "entries/s",
    details: {
      entries,
      seconds,
      "seconds of a core": processorSeconds,
      "entries a second of a core": entries / processorSeconds,
      "of it reading and verifying blobs": verifying,
      "resident memory, megabytes": memory / 1e6,
      ...details,
    },
  };
}
