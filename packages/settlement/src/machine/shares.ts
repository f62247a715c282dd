import { LIST_CAPACITY } from "@frond/protocol";

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

/** Half of the settlement list is for deposits, half for exits, so that neither takes a place of the other. */
export const HALF_OF_LIST = LIST_CAPACITY / 2;

/** However many layers there are, each may use so many places of either half; the fullest waits if that is too much for the list. */
const FEWEST_PLACES = 8;

/** The share of each of `active` layers: those that are there or have handed over blocks. Silent layers count for nothing. */
export function sharesOf(active: number, isBelieved: boolean, options: ShareOptions): Shares {
  const places = Math.max(FEWEST_PLACES, Math.floor(HALF_OF_LIST / Math.max(1, active)));
  return {
    blocks: isBelieved ? options.blocksOfLayer : options.blocksOfStranger,
    deposits: places,
    exits: places,
  };
}
