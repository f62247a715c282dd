import { type Field, fieldToHex } from "@frond/foundation";

/** The source of all deposits on L1, whose positions are their numbers. */
export const L1_SOURCE = "l1";

/**
 * The source of one depositor's deposits on L1, whose positions are their numbers. Deposits of different depositors may
 * arrive in any order.
 */
export function depositSource(depositor: Field): string {
  return `${L1_SOURCE}:${fieldToHex(depositor)}`;
}

/** The source of forced transactions on L1, whose positions are their numbers. */
export const FORCED_SOURCE = `${L1_SOURCE}/forced`;

/**
 * The source of links between bundle legs. Links arrive with their legs in no order of their own, so this source has no
 * cursor.
 */
export const BUNDLE_SOURCE = "bundle";

/**
 * The source of a layer's messages. A message's position is its index among all messages that the layer ever produces:
 * `time * 64 + index in the block`.
 */
export function layerSource(layerId: Field): string {
  return `layer:${fieldToHex(layerId)}`;
}
