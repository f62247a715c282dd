import { blockSizes } from "@frond/language";
import type { BlockSize } from "@frond/protocol";

/** The common sizes without the largest, because the desk has few transactions. */
export const sizes: readonly BlockSize[] = blockSizes.slice(0, 2);
