import type { Field } from "@frond/foundation";
import { L1_LAYER_ID, LIST_CAPACITY, type Message } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { ListFullError } from "../errors.ts";

/**
 * L1's side of an epoch: its messages in the order of the settlement list, and which queued deposit each that it
 * produced is.
 */
export type LayerOneSide = { readonly messages: readonly Message[]; readonly depositIds: readonly number[] };

/**
 * Lists the messages between L1 and the layers: layer after layer, block after block, within a block what L1 produces
 * first (docs/protocol.md 7).
 * @throws ListFullError
 */
export function layerOneSideOf(epoch: number, included: ReadonlyMap<Field, readonly BlockRecord[]>): LayerOneSide {
  const messages: Message[] = [];
  const depositIds: number[] = [];
  for (const block of [...included.values()].flat()) {
    for (const { message, position } of block.consumed) {
      if (message.from !== L1_LAYER_ID) continue;
      messages.push(message);
      depositIds.push(position);
    }
    messages.push(...block.produced.filter(({ to }) => to === L1_LAYER_ID));
  }
  if (messages.length > LIST_CAPACITY)
    throw new ListFullError({ epoch, items: messages.length, capacity: LIST_CAPACITY });
  return { messages, depositIds };
}
