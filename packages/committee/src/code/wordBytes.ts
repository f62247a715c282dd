import { createHash } from "node:crypto";
import { bytesToField, type Field, fieldToBytes } from "@frond/foundation";

export const WORD_BYTES = 32;

/** Words behind one another, 32 bytes each, the highest byte first. */
export function wordsToBytes(words: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(words.length * WORD_BYTES);
  for (const [i, word] of words.entries()) bytes.set(fieldToBytes(word), i * WORD_BYTES);
  return bytes;
}

/** Reads what {@link wordsToBytes} made; undefined if a word is no field element, or cut off. */
export function bytesToWords(bytes: Uint8Array): Field[] | undefined {
  if (bytes.length % WORD_BYTES !== 0) return undefined;
  try {
    return Array.from({ length: bytes.length / WORD_BYTES }, (_, i) =>
      bytesToField(bytes.subarray(i * WORD_BYTES, (i + 1) * WORD_BYTES)),
    );
  } catch {
    return undefined;
  }
}

/** By which members agree on each other's shares. Nothing is proven by it, so it need not be cheap in a circuit. */
export function hashOfShare(share: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(share).digest());
}
