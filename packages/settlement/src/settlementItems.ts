import { L1_LAYER_ID, LIST_CAPACITY, type Message, type SettlementItem, settlementItemOf } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { ListFullError } from "./errors.ts";
import { LAYER_ONE } from "./followDeposits.ts";

/** L1's side of an epoch: the list of what it produces and consumes, and which queued deposit each item of the first kind is. */
export type LayerOneSide = {
  readonly items: readonly SettlementItem[];
  readonly messages: readonly Message[];
  readonly depositIds: readonly number[];
};

/**
 * Lists the messages between L1 and the layer in the order of the blocks, within a block what L1 produces first (protocol.md 7).
 * Throws {@link ListFullError}.
 */
export function layerOneSideOf(epoch: number, blocks: readonly BlockRecord[]): LayerOneSide {
  const messages: Message[] = [];
  const depositIds: number[] = [];
  for (const block of blocks) {
    for (const { message, source, position } of block.consumed) {
      if (source !== LAYER_ONE) continue;
      messages.push(message);
      depositIds.push(position);
    }
    messages.push(...block.produced.filter(({ to }) => to === L1_LAYER_ID));
  }
  if (messages.length > LIST_CAPACITY) {
    throw new ListFullError({ epoch, items: messages.length, capacity: LIST_CAPACITY });
  }
  return { items: messages.map(settlementItemOf), messages, depositIds };
}
