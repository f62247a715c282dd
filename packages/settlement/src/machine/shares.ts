import { L1_LAYER_ID, LIST_CAPACITY } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";

/** What one layer may use of an epoch. docs/configuration.md says what a stranger can take from others at most. */
export type Shares = {
  /** Blocks, and with them proofs. */
  readonly blocks: number;
  /** Places in the settlement list for what comes from L1, and for what goes to L1. */
  readonly deposits: number;
  readonly exits: number;
};

export type ShareOptions = {
  /** Blocks of a layer that is believed, and of one that is not. */
  readonly blocksOfLayer: number;
  readonly blocksOfStranger: number;
  /** Blocks of all layers together that are not believed. */
  readonly blocksOfStrangers: number;
};

export const defaultShares: ShareOptions = { blocksOfLayer: 64, blocksOfStranger: 4, blocksOfStrangers: 32 };

/**
 * Places of the settlement list for what is not of blocks: freezes, of which an epoch may have to carry 16, upgrades,
 * and the news of registered layers.
 */
const RESERVED_PLACES = 32;

/** Half of the rest is for deposits, half for exits, so that neither takes a place of the other. */
export const HALF_OF_LIST = (LIST_CAPACITY - RESERVED_PLACES) / 2;

/**
 * Each layer may use at least this many places of either half of the list, however many layers there are. If all shares
 * together are too large for the list, the layer with the most items waits.
 */
const FEWEST_PLACES = 8;
/** Places of the whole list for all layers together that are not believed. */
export const PLACES_OF_STRANGERS = HALF_OF_LIST / 2;

/**
 * The share of each of the `active` layers: believed layers that are connected or have handed over blocks. Silent
 * layers and strangers do not count.
 */
export function sharesOf(active: number, isBelieved: boolean, options: ShareOptions): Shares {
  const half = HALF_OF_LIST - PLACES_OF_STRANGERS / 2;
  const places = isBelieved ? Math.max(FEWEST_PLACES, Math.floor(half / Math.max(1, active))) : FEWEST_PLACES;
  return {
    blocks: isBelieved ? options.blocksOfLayer : options.blocksOfStranger,
    deposits: places,
    exits: places,
  };
}

/** Places that blocks take of one half of the list: the one of which they take more. */
export function mostListed(blocks: readonly Pick<BlockRecord, "consumed" | "produced">[]): number {
  const count = (of: (block: Pick<BlockRecord, "consumed" | "produced">) => number) =>
    blocks.reduce((sum, block) => sum + of(block), 0);
  return Math.max(count(depositsOf), count(exitsOf));
}

/** How many items of the settlement list a block takes for what comes from L1. */
export function depositsOf({ consumed }: Pick<BlockRecord, "consumed">): number {
  return consumed.filter(({ message }) => message.from === L1_LAYER_ID).length;
}

/** How many items of the settlement list a block takes for what goes to L1. */
export function exitsOf({ produced }: Pick<BlockRecord, "produced">): number {
  return produced.filter(({ to }) => to === L1_LAYER_ID).length;
}

/** How many items a block puts into the settlement list (docs/protocol.md 7). */
export function listedItems(block: Pick<BlockRecord, "consumed" | "produced">): number {
  return depositsOf(block) + exitsOf(block);
}
