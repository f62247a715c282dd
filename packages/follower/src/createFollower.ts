import { join } from "node:path";
import { createEpochReader, type PageCursor, type SettledEpoch } from "@frond/contracts";
import { type Field, type Logger, silentLogger } from "@frond/foundation";
import { FIRST_EPOCH, layerRoot } from "@frond/protocol";
import type { Address, PublicClient } from "viem";
import { applyEpochs, type EpochData } from "./applyEpochs.ts";
import { createBlobVerifier } from "./createBlobVerifier.ts";
import { createHiddenFiller } from "./createHiddenFiller.ts";
import { EpochOrderError, FollowerClosedError } from "./errors.ts";
import { createHashPool } from "./hashing/createHashPool.ts";
import { type GenesisEntries, readGenesis } from "./layerOne/readGenesis.ts";
import { readStated } from "./layerOne/readStated.ts";
import { readAhead } from "./readAhead.ts";
import { readEpochData } from "./readEpochData.ts";
import { createWaitingRetry } from "./retryWaiting.ts";
import { type FollowerStore, openFollowerStore } from "./rows/openFollowerStore.ts";
import { type KeptBlobs, keptBlobs } from "./sources/keptBlobs.ts";
import type { BlobSource } from "./sources/types.ts";
import type { CommitteeWords } from "./state/advanceState.ts";
import { genesisState } from "./state/genesisState.ts";
import { genesisLayers, trunkOf } from "./tree/followedTree.ts";

export type FollowerOptions = {
  /** The directory of everything that is kept. */
  readonly path: string;
  readonly chainId: number;
  readonly publicClient: PublicClient;
  readonly settlement: Address;
  /** The block of the contract's creation. */
  readonly deploymentBlock: bigint;
  /** The number of the last block that is believed, and of the last one that L1 can't undo. */
  readonly safeBlock: () => Promise<bigint>;
  readonly finalBlock: () => Promise<bigint>;
  /** Asked in this order, after what is kept. */
  readonly sources: readonly BlobSource[];
  readonly committeeWords?: CommitteeWords;
  /** What somebody tells of the entries that layers began with which were added later: L1 does not tell them. */
  readonly genesisEntries?: GenesisEntries;
  /** Whether the committee of a layer is known, so that asking it is of use; of all layers by default. */
  readonly hasCommittee?: (layerId: Field) => boolean;
  readonly logger?: Logger;
};

/** How far a follower is. */
export type FollowerProgress = {
  /** The last epoch that was applied, and the last one that L1 has told of so far. */
  readonly epoch: number;
  readonly known: number;
  /** Entries and epochs that were applied since the start. */
  readonly entries: number;
  readonly epochs: number;
  /** Everything that L1 has is here. */
  readonly isCurrent: boolean;
};

export type Follower = {
  readonly store: FollowerStore;
  readonly blobs: KeptBlobs;
  progress(): FollowerProgress;
  /**
   * Reads one page of L1 and applies its epochs. Whatever has been applied stays if it throws, and the next call goes
   * on behind it.
   * @throws BlobMissingError, and whatever L1 answers
   */
  step(): Promise<FollowerProgress>;
  /** Lets a step under way come to an end first: within the time that a source has for its answer. */
  close(): Promise<void>;
};

/** What is hashed and written at once of epochs that are final. */
const MOST_EPOCHS = 32;
const MOST_WORDS = 65_536;

/** Opens what is kept, and the tree before the first epoch if nothing is. */
export async function createFollower(options: FollowerOptions): Promise<Follower> {
  const { path, chainId, settlement, logger = silentLogger, committeeWords = async () => undefined } = options;
  const store = openFollowerStore({ path: join(path, "tree"), identity: { chainId, settlement } });
  const blobs = keptBlobs(join(path, "blobs"));
  const { hasCommittee = () => true } = options;
  const retryWaiting = createWaitingRetry(store, { blobs, committeeWords });
  const fillHidden = createHiddenFiller(store, { blobs, committeeWords, hasCommittee });
  const pool = createHashPool();
  const verify = createBlobVerifier(pool.hasher);
  if (store.layers.size === 0) await begin(store, options);
  const reader = createEpochReader(options);
  let cursor = store.cursor() as PageCursor | undefined;
  let progress: FollowerProgress = {
    epoch: store.lastEpoch(),
    known: store.lastEpoch(),
    entries: 0,
    epochs: 0,
    isCurrent: false,
  };

  async function undo(fromBlock: number): Promise<void> {
    let last = store.lastEpoch();
    while (last >= FIRST_EPOCH && store.epoch(last)!.block >= fromBlock) last--;
    if (last === store.lastEpoch()) return;
    logger.warn("L1 has undone epochs, which are followed again", { from: last + 1, through: store.lastEpoch() });
    await store.undo(last);
  }

  const read = async (event: SettledEpoch): Promise<EpochData> => {
    const transaction = await readStated(options, event);
    return await readEpochData(event, { transaction, kept: blobs, sources: options.sources, verify });
  };

  async function apply(epochs: readonly EpochData[], given: { isFinal: boolean; cursor?: PageCursor }): Promise<void> {
    requireOrder(store, epochs);
    const { genesisEntries } = options;
    const applied = await applyEpochs(store, { epochs, committeeWords, genesisEntries, hasher: pool.hasher });
    await store.commit({ ...applied, ...given });
    const entries = applied.epochs.reduce((sum, epoch) => sum + epoch.entries, progress.entries);
    progress = { ...progress, epoch: store.lastEpoch(), entries, epochs: progress.epochs + epochs.length };
  }

  async function takePage(): Promise<FollowerProgress> {
    const page = await reader.page(cursor);
    if (page.undoneFrom !== undefined) await undo(page.undoneFrom);
    const events = page.events.filter(({ epoch }) => Number(epoch) > store.lastEpoch());
    progress = { ...progress, known: Math.max(store.lastEpoch(), Number(events.at(-1)?.epoch ?? 0)) };
    const final = Number(await options.finalBlock());
    for await (const batch of batchesOf(readAhead(events, read), final)) {
      if (isClosing) throw new FollowerClosedError();
      const isLast = batch.at(-1)!.epoch === Number(events.at(-1)!.epoch);
      await apply(batch, { isFinal: batch.at(-1)!.block <= final, ...(isLast ? { cursor: page.cursor } : {}) });
    }
    ({ cursor } = page);
    await forgetFinal(store, final);
    await retryWaiting(final);
    if (page.isLast) await fillHidden(final);
    progress = { ...progress, epoch: store.lastEpoch(), isCurrent: page.isLast };
    return progress;
  }

  let isClosing = false;
  let last: Promise<FollowerProgress> | undefined;
  return {
    store,
    blobs,
    progress: () => progress,
    async step() {
      if (isClosing) throw new FollowerClosedError();
      last = takePage();
      return await last;
    },
    async close() {
      isClosing = true;
      await last?.catch(() => {});
      await pool.close();
      await store.close();
    },
  };
}

/** Writes the tree before its first epoch. */
async function begin(store: FollowerStore, options: FollowerOptions): Promise<void> {
  const { configs, entries } = await readGenesis(options);
  const layers = genesisLayers(configs);
  const states = new Map(
    [...layers].map(([id, { config }]) => [id, genesisState(config.genesisStateRoot, 0, entries.get(id))]),
  );
  await store.commit({ epochs: [], layers, states, isFinal: true });
}

/** @throws EpochOrderError */
function requireOrder(store: FollowerStore, epochs: readonly EpochData[]): void {
  let [expected, root] = [store.lastEpoch() + 1, layerRoot(trunkOf(store.layers).record)];
  for (const { epoch, rootIn, rootOut } of epochs) {
    if (epoch !== expected) throw new EpochOrderError({ epoch, expected, problem: "its number is another" });
    if (rootIn !== root) throw new EpochOrderError({ epoch, expected, problem: "it begins with another root" });
    [expected, root] = [expected + 1, rootOut];
  }
}

/** Final epochs in groups, and each of those that L1 may still undo alone. */
async function* batchesOf(epochs: AsyncIterable<EpochData>, final: number): AsyncIterable<EpochData[]> {
  let batch: EpochData[] = [];
  let failure: unknown;
  try {
    for await (const epoch of epochs) {
      const words = batch.reduce((sum, before) => sum + before.words.length, epoch.words.length);
      const isAlone = epoch.block > final;
      if (batch.length > 0 && (isAlone || batch.length === MOST_EPOCHS || words > MOST_WORDS)) {
        yield batch;
        batch = [];
      }
      batch.push(epoch);
    }
  } catch (error) {
    // What came before it is applied first.
    failure = error;
  }
  if (batch.length > 0) yield batch;
  if (failure !== undefined) throw failure;
}

async function forgetFinal(store: FollowerStore, final: number): Promise<void> {
  let last = store.lastEpoch();
  while (last >= FIRST_EPOCH && store.epoch(last)!.block > final) last--;
  await store.forgetUndo(last);
}
