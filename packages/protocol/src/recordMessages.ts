import type { Field } from "@frond/foundation";
import { ASSET_NONE, L1_LAYER_ID } from "./constants.ts";
import type { LayerRecord } from "./layerRecord.ts";
import type { Message } from "./message.ts";
import { MessageKind } from "./tables/messageKinds.ts";

const EMPTY = {
  from: L1_LAYER_ID,
  to: L1_LAYER_ID,
  time: 0,
  asset: ASSET_NONE,
  amount: 0n,
  recipient: 0n,
  payload: 0n,
};

/** By which the step that registers a layer tells L1 that the layer exists, and below which layer. */
export function registeredMessage({
  layerId,
  configHash,
  parentId,
}: Pick<LayerRecord, "layerId" | "configHash"> & { readonly parentId: Field }): Message {
  return { ...EMPTY, from: layerId, kind: MessageKind.registered, recipient: parentId, payload: configHash };
}

/** By which L1 freezes a layer. */
export function freezeMessage(layerId: Field): Message {
  return { ...EMPTY, to: layerId, kind: MessageKind.freeze };
}

/** By which L1 brings the config that `announcer`, an address of L1, has announced for a layer. */
export function upgradeMessage({
  layerId,
  announcer,
  configHash,
}: {
  readonly layerId: Field;
  readonly announcer: Field;
  readonly configHash: Field;
}): Message {
  return { ...EMPTY, to: layerId, kind: MessageKind.upgrade, recipient: announcer, payload: configHash };
}
