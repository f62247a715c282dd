import type { Field } from "@frond/foundation";
import {
  ASSET_NONE,
  EntryWordsError,
  FLAG_FROZEN,
  type LayerConfig,
  layerConfigHash,
  layerRoot,
  type PublishedEntry,
  readEntryWords,
  type Segment,
} from "@frond/protocol";
import { RootMismatchError, SegmentOrderError } from "../errors.ts";
import { type FollowedLayer, freshLayer, type LayerLookup, trunkOf, withLayers, withRoots } from "./followedTree.ts";

/** A block as its segment tells it: what a state is moved by. */
export type StateBlock = {
  readonly layerId: Field;
  readonly epoch: number;
  readonly time: number;
  readonly stateRoot: Field;
  /** What it has published; or why that can't be read. */
  readonly published: readonly PublishedEntry[] | EntryWordsError;
  /** Of the layer when the block was made: upgrades change it. */
  readonly config: LayerConfig;
};

export type AppliedSegments = {
  /** The layers that the epoch has changed. */
  readonly changed: Map<Field, FollowedLayer>;
  /** The blocks of each layer, in the order of their times. */
  readonly blocks: Map<Field, StateBlock[]>;
};

type EpochSegments = {
  readonly segments: readonly Segment[];
  readonly epoch: number;
  /** The trunk's root before the epoch, and after it. */
  readonly rootIn: Field;
  readonly rootOut: Field;
};

/**
 * Moves the records, vaults and children of an epoch as its segments say, and compares the trunk's root with L1's. The
 * proof binds which segments there are, and not in which order they stand: their times give that.
 * @throws SegmentOrderError, RootMismatchError
 */
export function applySegments(
  layers: LayerLookup,
  { segments, epoch, rootIn, rootOut }: EpochSegments,
): AppliedSegments {
  const registered = register(layers, segments, epoch);
  const all = withLayers(layers, registered);
  const moved = new Map<Field, FollowedLayer>(registered);
  const blocks = new Map<Field, StateBlock[]>();
  for (const [layerId, own] of inOrder(segments)) {
    const layer = all.get(layerId);
    if (layer === undefined) throw new SegmentOrderError(epoch, `layer ${layerId} is not registered`);
    const { layer: after, blocks: made } = moveLayer(layer, own, epoch);
    moved.set(layerId, after);
    if (made.length > 0) blocks.set(layerId, made);
  }
  const changed = withRoots(withLayers(all, moved), [...moved.keys()]);
  const actual = changed.size === 0 ? rootIn : layerRoot(trunkOf(changed).record);
  if (actual !== rootOut) throw new RootMismatchError({ epoch, expected: rootOut, actual });
  return { changed, blocks };
}

/** The layers that the epoch registers. A child may stand before its parent. */
function register(layers: LayerLookup, segments: readonly Segment[], epoch: number): Map<Field, FollowedLayer> {
  const registered = new Map<Field, FollowedLayer>();
  let waiting = segments.filter(({ kind }) => kind === "register");
  while (waiting.length > 0) {
    const left = waiting.filter(({ layerId, config }) => {
      const layer = freshLayer(config!);
      const isThere = (id: Field) => layers.has(id) || registered.has(id);
      if (!isThere(layer.config.parentId)) return true;
      if (isThere(layerId) || layer.record.layerId !== layerId)
        throw new SegmentOrderError(epoch, `layer ${layerId} can't be registered`);
      registered.set(layerId, layer);
      return false;
    });
    if (left.length === waiting.length)
      throw new SegmentOrderError(epoch, `layer ${left[0]!.layerId} is registered below no layer`);
    waiting = left;
  }
  return registered;
}

const PLACE_OF_KIND = { register: 0, block: 1, upgrade: 2, freeze: 3 } as const;

/**
 * The segments of each layer in the order in which they happened. A block has a time of its own; an upgrade and a
 * freeze leave the time as it was, and no upgrade follows a freeze. L1 lets an epoch upgrade a layer once at most.
 */
export function inOrder(segments: readonly Segment[]): Map<Field, Segment[]> {
  const byLayer = new Map<Field, Segment[]>();
  for (const segment of segments) {
    const own = byLayer.get(segment.layerId);
    if (own === undefined) byLayer.set(segment.layerId, [segment]);
    else own.push(segment);
  }
  for (const own of byLayer.values())
    own.sort((a, b) => a.time - b.time || PLACE_OF_KIND[a.kind] - PLACE_OF_KIND[b.kind]);
  return byLayer;
}

/** A layer after its segments, and its blocks. */
function moveLayer(before: FollowedLayer, segments: readonly Segment[], epoch: number) {
  const blocks: StateBlock[] = [];
  const balances = new Map<number, bigint>();
  let layer = before;
  for (const { kind, layerId, time, stateRoot, blockWords, moves, config } of segments) {
    if (kind === "block")
      blocks.push({ layerId, epoch, time, stateRoot, published: readPublished(blockWords), config: layer.config });
    for (const { gains, asset, amount } of moves) {
      if (asset === ASSET_NONE) throw new SegmentOrderError(epoch, `layer ${layerId} moves no asset`);
      const balance = balances.get(asset) ?? before.vault.get(asset);
      balances.set(asset, gains ? balance + amount : balance - amount);
    }
    if (kind === "upgrade") {
      layer = withConfig(layer, config!);
      if (layer.config.parentId !== before.config.parentId || layer.config.index !== before.config.index)
        throw new SegmentOrderError(epoch, `an upgrade moves layer ${layerId} to another place`);
    }
    const flags = kind === "freeze" ? FLAG_FROZEN : layer.record.flags;
    layer = { ...layer, record: { ...layer.record, stateRoot, time, flags } };
  }
  return { layer: withBalances(layer, balances, epoch), blocks };
}

function withBalances(layer: FollowedLayer, balances: ReadonlyMap<number, bigint>, epoch: number): FollowedLayer {
  let { vault } = layer;
  for (const [asset, balance] of balances) {
    if (balance < 0n)
      throw new SegmentOrderError(epoch, `the vault of layer ${layer.record.layerId} lacks asset ${asset}`);
    vault = vault.with(asset, balance);
  }
  return { ...layer, vault, record: { ...layer.record, vaultRoot: vault.root } };
}

function withConfig(layer: FollowedLayer, config: LayerConfig): FollowedLayer {
  return { ...layer, config, record: { ...layer.record, configHash: layerConfigHash(config) } };
}

/** The entries that words tell; or why they tell none. */
export function readPublished(words: readonly Field[]): readonly PublishedEntry[] | EntryWordsError {
  try {
    return readEntryWords(words);
  } catch (error) {
    if (error instanceof EntryWordsError) return error;
    throw error;
  }
}
