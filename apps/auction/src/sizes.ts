import { blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";

/** The common sizes without the largest, because an auction has few bids. */
export const sizes: readonly BlockSize[] = blockSizes.slice(0, 2);
