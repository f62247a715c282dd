import type { Field } from "@frond/foundation";
import {
  freezeMessage,
  L1_LAYER_ID,
  LIST_CAPACITY,
  layerConfigHash,
  type Message,
  registeredMessage,
} from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { ListFullError } from "../errors.ts";
import type { Upgrade } from "../types.ts";
import type { KnownLayer } from "./knownLayer.ts";

/**
 * L1's side of an epoch: its messages in the order of the settlement list, and which queued deposit each that it
 * produced is.
 */
export type LayerOneSide = { readonly messages: readonly Message[]; readonly depositIds: readonly number[] };

/** What L1 has to do with an epoch. */
type Contents = {
  readonly included: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly registered: readonly KnownLayer[];
  readonly upgrades: readonly Upgrade[];
  readonly freezes: readonly Field[];
};

/**
 * Lists the messages between L1 and the layers: layer after layer, block after block, within a block what L1 produces
 * first; then what changes records, a freeze after all that its layer takes (docs/protocol.md 7).
 * @throws ListFullError
 */
export function layerOneSideOf(epoch: number, { included, registered, upgrades, freezes }: Contents): LayerOneSide {
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
  for (const { layerId, config } of registered)
    messages.push(registeredMessage({ layerId, configHash: layerConfigHash(config), parentId: config.parentId }));
  messages.push(...upgrades.map(({ message }) => message), ...freezes.map(freezeMessage));
  if (messages.length > LIST_CAPACITY)
    throw new ListFullError({ epoch, items: messages.length, capacity: LIST_CAPACITY });
  return { messages, depositIds };
}
