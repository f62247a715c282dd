import type { Field } from "@frond/foundation";
import { EntryWordsError, type PublishedEntry, valuesHash } from "@frond/protocol";
import { blocksSince } from "./retryWaiting.ts";
import type { FollowerStore } from "./rows/openFollowerStore.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import type { CommitteeWords, HiddenFrom, LayerState } from "./state/advanceState.ts";
import type { FollowedLeaf } from "./state/leaf.ts";
import { readPublished, type StateBlock } from "./tree/applySegments.ts";

type FillOptions = {
  readonly blobs: KeptBlobs;
  readonly committeeWords: CommitteeWords;
  /** Whether the committee of a layer is known. */
  readonly hasCommittee: (layerId: Field) => boolean;
};

/** So many times as long as a layer's values were asked for in vain, they are not asked for. */
const PAUSE_FACTOR = 5;

/**
 * Asks committees for the values that blocks have hidden from the public, and writes those whose hash the entry has.
 * A block is asked for until all of its values that still stand are there, so a committee may answer late, and may be
 * named when everything else was followed long ago. One that is dead takes a sixth of a follower's time at most.
 */
export function createHiddenFiller(store: FollowerStore, options: FillOptions): (final: number) => Promise<void> {
  const retryAt = new Map<Field, number>();
  return async (final) => {
    for (const [layerId, state] of store.states) {
      const begun = performance.now();
      const { hidden: from } = state;
      if (from === undefined || !options.hasCommittee(layerId) || begun < (retryAt.get(layerId) ?? 0)) continue;
      const isComplete = await fillLayer(store, { ...options, layerId, state, from, final });
      const now = performance.now();
      retryAt.set(layerId, isComplete ? now : now + PAUSE_FACTOR * (now - begun));
    }
  };
}

/** What is written at once. */
const MOST_LEAVES = 4_096;

type LayerToFill = {
  readonly layerId: Field;
  readonly state: LayerState;
  readonly from: HiddenFrom;
  /** The number of the last block that L1 can't undo. */
  readonly final: number;
};

/** Whether all values are there now. */
async function fillLayer(
  store: FollowerStore,
  options: Pick<FillOptions, "blobs" | "committeeWords"> & LayerToFill,
): Promise<boolean> {
  const { blobs, committeeWords, layerId, from } = options;
  const rows = store.rowsOf(layerId);
  let leaves = new Map<number, FollowedLeaf>();
  let missing: HiddenFrom | undefined;
  for (const block of blocksSince(store, { layerId, blobs, from, after: from.time - 1 })) {
    const { epoch, time, config } = block;
    if (leaves.size >= MOST_LEAVES) {
      await write(store, options, { leaves, hidden: missing ?? { epoch, time, config } });
      leaves = new Map();
    }
    const wanted = hiddenOf(block).flatMap(({ index, valuesHash: hash }) => {
      const leaf = leaves.get(index) ?? rows.leaf(index);
      const isWanted = leaf !== undefined && leaf.values === undefined && leaf.valuesHash === hash;
      return isWanted ? [[index, leaf] as const] : [];
    });
    if (wanted.length === 0) continue;
    const words = await committeeWords(block);
    const told = valuesByPlace(words ?? []);
    for (const [index, leaf] of wanted) {
      const values = told.get(index);
      if (values !== undefined && valuesHash(values) === leaf.valuesHash) leaves.set(index, { ...leaf, values });
      else missing ??= { epoch, time, config };
    }
    // Whoever is silent about one block is silent about the others.
    if (words === undefined) break;
  }
  if (leaves.size > 0 || missing?.time !== from.time) await write(store, options, { leaves, hidden: missing });
  return missing === undefined;
}

type Hidden = Extract<PublishedEntry, { readonly isHidden: true }>;

function hiddenOf({ published }: StateBlock): readonly Hidden[] {
  return published instanceof EntryWordsError ? [] : published.filter((entry): entry is Hidden => entry.isHidden);
}

function valuesByPlace(words: readonly Field[]): Map<number, readonly Field[]> {
  const entries = readPublished(words);
  if (entries instanceof EntryWordsError) return new Map();
  return new Map(entries.flatMap((entry) => (entry.isHidden ? [] : [[entry.index, entry.values] as const])));
}

async function write(
  store: FollowerStore,
  { layerId, state, final }: LayerToFill,
  { leaves, hidden }: { readonly leaves: ReadonlyMap<number, FollowedLeaf>; readonly hidden: HiddenFrom | undefined },
): Promise<void> {
  const changes = { leafCount: state.leafCount, leaves, keys: new Map(), groups: new Map() };
  const moved = { state: { ...state, hidden }, changes };
  const isFinal = (store.epoch(store.lastEpoch())?.block ?? 0) <= final;
  await store.commit({ epochs: [], layers: new Map(), states: new Map([[layerId, moved]]), isFinal });
}
