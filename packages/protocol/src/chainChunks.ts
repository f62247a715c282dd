import { compress, type Field } from "@frond/foundation";
import { WORDS_PER_CHUNK } from "./constants.ts";

/**
 * Continues the chain of hashes that stands for words (docs/protocol.md 9): `h' = C(h, a, b, c)` for each chunk of
 * three, the last one padded with zeros. Without words it is the hash given. A chain begins at 0.
 */
export function chainChunks(start: Field, words: readonly Field[]): Field {
  let hash = start;
  for (let at = 0; at < words.length; at += WORDS_PER_CHUNK) {
    hash = compress(hash, words[at]!, words[at + 1] ?? 0n, words[at + 2] ?? 0n);
  }
  return hash;
}

/** The words with the zeros that fill their last chunk. */
export function wholeChunks(words: readonly Field[]): Field[] {
  const missing = (WORDS_PER_CHUNK - (words.length % WORDS_PER_CHUNK)) % WORDS_PER_CHUNK;
  return [...words, ...new Array<Field>(missing).fill(0n)];
}
