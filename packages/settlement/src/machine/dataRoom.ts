import { ASSET_NONE, BLOB_CHUNKS, DATA_SEGMENTS, WORDS_PER_CHUNK } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { blocksOfEpoch, isOnline, type LayerState } from "./layerState.ts";
import { isBelieved, type Tree } from "./tree.ts";

/** What of a block counts for the data that it publishes. */
type Published = Pick<BlockRecord, "publicWords" | "consumed" | "produced">;

/**
 * Places of an epoch's data that blocks leave to registrations, upgrades and freezes: eight configs twice over, sixteen
 * freezes, and the trailers of all of them.
 */
const RESERVED_CHUNKS = 105;
const RESERVED_SEGMENTS = 32;

/** Chunks and segments of one epoch's data that are for blocks (docs/protocol.md 9). */
export const CHUNKS_OF_BLOCKS = BLOB_CHUNKS - RESERVED_CHUNKS;
export const SEGMENTS_OF_BLOCKS = DATA_SEGMENTS - RESERVED_SEGMENTS;

/**
 * Half of the data is divided equally among the believed layers that take part, and nobody can take another's part; a
 * quarter is for those of them that need more, and a quarter for all layers together that are not believed.
 */
const OF_BELIEVED = { chunks: CHUNKS_OF_BLOCKS / 2, segments: SEGMENTS_OF_BLOCKS / 2 };
const OF_WHO_NEEDS_MORE = { chunks: CHUNKS_OF_BLOCKS / 4, segments: SEGMENTS_OF_BLOCKS / 4 };
const OF_ALL = { chunks: CHUNKS_OF_BLOCKS, segments: SEGMENTS_OF_BLOCKS };
const OF_STRANGERS = { chunks: CHUNKS_OF_BLOCKS / 4, segments: SEGMENTS_OF_BLOCKS / 4 };

/** Chunks of the segment that a block becomes: its own words, how its messages moved the vault, and the trailer. */
export function chunksOf({ publicWords, consumed, produced }: Published): number {
  const moves =
    consumed.filter(({ message }) => message.asset !== ASSET_NONE).length +
    produced.filter(({ asset }) => asset !== ASSET_NONE).length;
  return Math.ceil(publicWords.length / WORDS_PER_CHUNK) + Math.ceil(moves / WORDS_PER_CHUNK) + 1;
}

/** Whether half of the data of an epoch is used up: then the epoch should end. */
export function isHalfFull(tree: Tree, epoch: number): boolean {
  const blocks = [...tree.layers.values()].flatMap((layer) => blocksOfEpoch(layer, epoch));
  const chunks = blocks.reduce((sum, block) => sum + chunksOf(block), 0);
  return chunks * 2 >= CHUNKS_OF_BLOCKS || blocks.length * 2 >= SEGMENTS_OF_BLOCKS;
}

type Use = { readonly chunks: number; readonly segments: number };

/** Why there is no room for a layer's next block in the data of its epoch; undefined if there is. */
export function problemOfRoom(
  tree: Tree,
  layer: LayerState,
  block: Published & { readonly epoch: number },
): string | undefined {
  const own = withBlock(useOf(layer, block.epoch), block);
  const usesOf = (isWanted: (one: LayerState) => boolean) =>
    [...tree.layers.values()].filter(isWanted).map((one) => (one === layer ? own : useOf(one, block.epoch)));
  if (!isBelieved(tree, layer))
    return isWithin(sumOf(usesOf((one) => !isBelieved(tree, one))), OF_STRANGERS)
      ? undefined
      : "it is more data than layers may publish together that are not believed";
  const active = Math.max(1, [...tree.layers.values()].filter((one) => isActive(tree, one)).length);
  const part = { chunks: OF_BELIEVED.chunks / active, segments: OF_BELIEVED.segments / active };
  if (isWithin(own, part)) return undefined;
  // While the epoch ends, blocks consume what was sent before. If they could not, all of it would be made again in the
  // next one, and come to as much.
  if (tree.epoch.stage !== "open" && isWithin(sumOf(usesOf(() => true)), OF_ALL)) return undefined;
  const beyond = usesOf((one) => isBelieved(tree, one)).map(({ chunks, segments }) => ({
    chunks: Math.max(0, chunks - part.chunks),
    segments: Math.max(0, segments - part.segments),
  }));
  return isWithin(sumOf(beyond), OF_WHO_NEEDS_MORE)
    ? undefined
    : "it is more than the layer's share of the data of the epoch";
}

function useOf(layer: LayerState, epoch: number): Use {
  const blocks = blocksOfEpoch(layer, epoch);
  return { chunks: blocks.reduce((sum, block) => sum + chunksOf(block), 0), segments: blocks.length };
}

function withBlock({ chunks, segments }: Use, block: Published): Use {
  return { chunks: chunks + chunksOf(block), segments: segments + 1 };
}

function sumOf(uses: readonly Use[]): Use {
  return {
    chunks: uses.reduce((sum, { chunks }) => sum + chunks, 0),
    segments: uses.reduce((sum, { segments }) => sum + segments, 0),
  };
}

function isWithin(use: Use, most: Use): boolean {
  return use.chunks <= most.chunks && use.segments <= most.segments;
}

function isActive(tree: Tree, layer: LayerState): boolean {
  return isBelieved(tree, layer) && (isOnline(layer) || layer.blocks.size > 0);
}
