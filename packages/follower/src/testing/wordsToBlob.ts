import { blobOfWords } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { hexToBytes } from "@noble/hashes/utils.js";

/** The blob whose polynomial has the words as coefficients. */
export function wordsToBlob(words: readonly Field[]): Uint8Array {
  return hexToBytes(blobOfWords(words).slice(2));
}
