import { type Field, fieldToHex } from "@frond/foundation";

/** Where messages come from: L1's are deposits, in the order of their numbers. */
export const L1_SOURCE = "l1";

/**
 * Links between the legs of bundles. They come with the legs, in no order of their own, so there is no cursor for them.
 */
export const BUNDLE_SOURCE = "bundle";

/**
 * A layer's messages; each one's position is its place among all that the layer ever produces (`slot * 64 + index in
 * the block`).
 */
export const layerSource = (layerId: Field): string => `layer:${fieldToHex(layerId)}`;
