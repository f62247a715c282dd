import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import { readPacked, writePacked } from "./packedFile.ts";
import type { PreparedCircuit, ReferenceString, Target } from "./types.ts";

/** What a key depends on. The reference string's id covers the version of `bb`. */
export type KeyOf = {
  readonly digest: string;
  readonly target: Target;
  readonly referenceString: ReferenceString;
};

type Header = { readonly gates: number; readonly dyadic: number; readonly fields: string[]; readonly hash: string };

/**
 * Keys of the circuits that come with Frond, under the development reference string. A wrong one stops proofs and does
 * nothing else: a proof counts only if it verifies with its key.
 */
export const KEPT_KEYS: string = fileURLToPath(new URL("../keys", import.meta.url));

/** What `bb` says of a circuit. */
export type CircuitKey = Pick<PreparedCircuit, "gates" | "dyadic" | "key">;

/** Reads a key of a directory of keys; undefined when there is none, or a damaged one. */
export async function readKey(of: KeyOf, directory: string): Promise<CircuitKey | undefined> {
  const packed = await readPacked<Header>(join(directory, keyName(of)));
  if (!packed) return undefined;
  const { gates, dyadic, fields, hash } = packed.header;
  return { gates, dyadic, key: { bytes: packed.body, fields: fields.map(hexToField), hash: hexToField(hash) } };
}

/** Writes a key into a directory of keys. */
export async function writeKey(of: KeyOf, { gates, dyadic, key }: CircuitKey, directory: string): Promise<void> {
  const toHex = (field: Field): string => fieldToHex(field);
  const header: Header = { gates, dyadic, fields: key.fields.map(toHex), hash: toHex(key.hash) };
  await writePacked(join(directory, keyName(of)), header, key.bytes);
}

/** The directory of keys in the cache. */
export const cachedKeys = (cacheDirectory: string): string => join(cacheDirectory, "keys");

/** The file of a key in a directory of keys. */
export function keyName({ digest, target, referenceString }: KeyOf): string {
  return `${digest.slice(0, 32)}-${target}-${referenceString.id.slice(0, 16)}.key`;
}
