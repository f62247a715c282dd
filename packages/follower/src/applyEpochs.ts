import type { Field } from "@frond/foundation";
import { readSegments } from "@frond/protocol";
import { type Hasher, hashHere } from "./hashing/hasher.ts";
import type { GenesisEntries } from "./layerOne/readGenesis.ts";
import type { FollowedEpoch, FollowerCommit, FollowerStore } from "./rows/openFollowerStore.ts";
import { advanceState, type CommitteeWords, type LayerState } from "./state/advanceState.ts";
import { createStateOverlay, type StateChanges } from "./state/createStateOverlay.ts";
import { genesisState } from "./state/genesisState.ts";
import { applySegments, type StateBlock } from "./tree/applySegments.ts";
import { type FollowedLayer, withLayers } from "./tree/followedTree.ts";

/** An epoch as L1 tells it, and the words of its data. */
export type EpochData = Omit<FollowedEpoch, "segments" | "entries"> & { readonly words: readonly Field[] };

type MovedState = { readonly state: LayerState; readonly changes: StateChanges };

export type ApplyOptions = {
  readonly epochs: readonly EpochData[];
  readonly committeeWords: CommitteeWords;
  /** Of layers that these epochs register. */
  readonly genesisEntries?: GenesisEntries | undefined;
  /** In this thread by default. */
  readonly hasher?: Hasher | undefined;
};

/**
 * Applies epochs one after the other, and says what to write. After each, the trunk has the root that L1 has. The nodes
 * of a state are hashed once for all of them.
 * @throws SegmentsError, SegmentOrderError, RootMismatchError; nothing is written then
 */
export async function applyEpochs(
  store: FollowerStore,
  { epochs, committeeWords, genesisEntries, hasher }: ApplyOptions,
): Promise<Pick<FollowerCommit, "epochs" | "layers" | "states">> {
  const layers = new Map<Field, FollowedLayer>();
  const blocks = new Map<Field, StateBlock[]>();
  const registeredAt = new Map<Field, number>();
  const applied: FollowedEpoch[] = [];
  for (const { words, ...told } of epochs) {
    const segments = readSegments(words);
    const { epoch, rootOut } = told;
    const moved = applySegments(withLayers(store.layers, layers), { segments, epoch, rootOut, rootIn: told.rootIn });
    for (const [layerId, layer] of moved.changed) {
      if (!store.layers.has(layerId) && !layers.has(layerId)) registeredAt.set(layerId, epoch);
      layers.set(layerId, layer);
    }
    for (const [layerId, own] of moved.blocks) blocks.set(layerId, [...(blocks.get(layerId) ?? []), ...own]);
    const made = [...moved.blocks.values()].flat();
    const entries = made.reduce((sum, { published }) => sum + (Array.isArray(published) ? published.length : 0), 0);
    applied.push({ ...told, segments: segments.length, entries });
  }
  const states = new Map<Field, MovedState>();
  for (const [layerId, epoch] of registeredAt)
    states.set(
      layerId,
      genesisState(layers.get(layerId)!.config.genesisStateRoot, epoch, genesisEntries?.get(layerId)),
    );
  for (const [layerId, made] of blocks) {
    const moved = await moveState(store, { layerId, fresh: states.get(layerId), made, committeeWords, hasher });
    if (moved !== undefined) states.set(layerId, moved);
  }
  return { epochs: applied, layers, states };
}

/** Moves the state of one layer; undefined if it stays as it is. */
async function moveState(
  store: FollowerStore,
  {
    layerId,
    fresh,
    made,
    ...given
  }: {
    readonly layerId: Field;
    readonly fresh: MovedState | undefined;
    readonly made: readonly StateBlock[];
    readonly committeeWords: CommitteeWords;
    readonly hasher: Hasher | undefined;
  },
): Promise<MovedState | undefined> {
  const state = fresh?.state ?? store.states.get(layerId);
  // A state that waits is moved by all its blocks together, once it can be.
  if (state === undefined || state.status.kind !== "followed") return undefined;
  const rows = store.rowsOf(layerId);
  const { committeeWords, hasher = hashHere } = given;
  const options = { blocks: made, committeeWords, hasher };
  if (fresh === undefined) return await advanceState({ rows, state }, options);
  const overlay = createStateOverlay(rows, 0);
  overlay.absorb(fresh.changes);
  const moved = await advanceState({ rows: overlay, state }, options);
  overlay.absorb(moved.changes);
  return { state: moved.state, changes: overlay.changes() };
}
