import type { Field } from "@frond/foundation";
import { GROUP_BYTES, type GroupHash, permuteGroups } from "@frond/foundation/node";
import { WORDS_PER_CHUNK } from "@frond/protocol";
import { FIELD_BYTES, fieldsOf } from "./fields.ts";

/** Hashes many groups of four elements at once, in their order: 128 bytes a group, 32 bytes a hash. */
export type Hasher = (groups: Uint8Array, hash: GroupHash) => Uint8Array;

/** In this thread. */
export const hashHere: Hasher = (groups, hash) => {
  const hashes = new Uint8Array((groups.length / GROUP_BYTES) * FIELD_BYTES);
  permuteGroups(groups, hashes, hash);
  return hashes;
};

/**
 * The end of many chains of hashes: `chainChunks` of the protocol, from what each begins with. Each has a chunk of
 * three words hashed at a time, all that are as long together.
 */
export function chainsOf(hasher: Hasher, begins: Uint8Array, chains: readonly (readonly Field[])[]): Uint8Array {
  const ends = begins.slice();
  for (let at = 0; ; at += WORDS_PER_CHUNK) {
    const longer = [...chains.keys()].filter((i) => chains[i]!.length > at);
    if (longer.length === 0) return ends;
    const groups = fieldsOf(4 * longer.length);
    for (const [place, i] of longer.entries()) {
      groups.bytes.set(ends.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES), place * GROUP_BYTES);
      for (let word = 0; word < WORDS_PER_CHUNK; word++) groups.set(4 * place + 1 + word, chains[i]![at + word] ?? 0n);
    }
    const next = hasher(groups.bytes, "compression");
    for (const [place, i] of longer.entries())
      ends.set(next.subarray(place * FIELD_BYTES, (place + 1) * FIELD_BYTES), i * FIELD_BYTES);
  }
}

/** The hashes of the values of many entries: `valuesHash` of the protocol. */
export function valuesHashes(hasher: Hasher, entries: readonly (readonly Field[])[]): Uint8Array {
  const groups = fieldsOf(4 * entries.length);
  for (const [i, values] of entries.entries())
    for (let place = 0; place < Math.min(4, values.length); place++) groups.set(4 * i + place, values[place]!);
  // Then three values at a time, of the entries that have more.
  return chainsOf(
    hasher,
    hasher(groups.bytes, "compression"),
    entries.map((values) => values.slice(4)),
  );
}

/** What the sponge begins with for three inputs. */
const SPONGE_OF_THREE = 3n << 64n;

/**
 * The hashes of leaves, each by its three parts: `leafHashOf` of the protocol, which is a sponge of one permutation.
 */
export function leafHashes(hasher: Hasher, parts: readonly (readonly [Field, Field, Field])[]): Uint8Array {
  const groups = fieldsOf(4 * parts.length);
  for (const [i, part] of parts.entries()) {
    for (const [place, value] of part.entries()) groups.set(4 * i + place, value);
    groups.set(4 * i + 3, SPONGE_OF_THREE);
  }
  return hasher(groups.bytes, "sponge");
}
