import { compress, FIELD_MODULUS, type Field } from "@frond/foundation";
import { WORDS_PER_CHUNK } from "@frond/protocol";
import type { NodeGroup } from "../state/leaf.ts";

/** Compresses many groups of four at once, in their order. */
export type Hasher = (groups: readonly NodeGroup[]) => Field[];

/** In this thread. */
export const hashHere: Hasher = (groups) => groups.map((group) => compress(...group));

/** The hashes of the values of many entries: `valuesHash` of the protocol. */
export function valuesHashes(hasher: Hasher, entries: readonly (readonly Field[])[]): Field[] {
  const hashes = hasher(entries.map(([a = 0n, b = 0n, c = 0n, d = 0n]) => [a, b, c, d]));
  // Then three values at a time, of the entries that have more.
  for (let at = WORDS_PER_CHUNK + 1; ; at += WORDS_PER_CHUNK) {
    const longer = [...entries.keys()].filter((i) => entries[i]!.length > at);
    if (longer.length === 0) return hashes;
    const next = hasher(
      longer.map((i) => {
        const [a = 0n, b = 0n, c = 0n] = entries[i]!.slice(at, at + WORDS_PER_CHUNK);
        return [hashes[i]!, a, b, c];
      }),
    );
    for (const [place, i] of longer.entries()) hashes[i] = next[place]!;
  }
}

/** What the sponge begins with for three inputs. */
const SPONGE_OF_THREE = 3n << 64n;

/**
 * The hashes of leaves, each by its three parts: `leafHashOf` of the protocol, which is a sponge of one permutation.
 */
export function leafHashes(hasher: Hasher, parts: readonly (readonly [Field, Field, Field])[]): Field[] {
  const compressed = hasher(parts.map(([a, b, c]) => [a, b, c, SPONGE_OF_THREE]));
  // A compression adds its first input.
  return compressed.map((hash, i) =>
    hash >= parts[i]![0] ? hash - parts[i]![0] : hash - parts[i]![0] + FIELD_MODULUS,
  );
}
