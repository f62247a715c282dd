import { blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";

/** Those that every application can have, without the largest: nobody converts so much. */
export const sizes: readonly BlockSize[] = blockSizes.slice(0, 2);
