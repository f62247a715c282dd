import { L1_LAYER_ID, MessageKind } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";

/**
 * Items of the settlement list (docs/protocol.md 7), by who causes them. A bounce to L1 is caused by the deposit that
 * bounces, and counts with it: otherwise deposits that bounce would take the places of withdrawals.
 */
export type ListedItems = { readonly deposits: number; readonly exits: number };

export const NO_ITEMS: ListedItems = { deposits: 0, exits: 0 };

/** How many items a block puts into the settlement list of its epoch: its messages from and to L1. */
export function listedItems({ consumed, produced }: Pick<BlockRecord, "consumed" | "produced">): ListedItems {
  const toL1 = produced.filter(({ to }) => to === L1_LAYER_ID);
  const bounces = toL1.filter(({ kind }) => kind === MessageKind.bounce).length;
  return {
    deposits: consumed.filter(({ message }) => message.from === L1_LAYER_ID).length + bounces,
    exits: toL1.length - bounces,
  };
}

export const addItems = (a: ListedItems, b: ListedItems): ListedItems => ({
  deposits: a.deposits + b.deposits,
  exits: a.exits + b.exits,
});
