import { join } from "node:path";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import { readPacked, writePacked } from "./packedFile.ts";
import type { PreparedCircuit, ReferenceString } from "./types.ts";

/** What a key depends on. The reference string's id covers the version of `bb`. */
export type KeyPlace = Pick<PreparedCircuit, "name" | "digest" | "target"> & {
  readonly cacheDirectory: string;
  readonly referenceString: ReferenceString;
};

type Header = { readonly gates: number; readonly dyadic: number; readonly fields: string[]; readonly hash: string };

/** The prepared circuit in the cache; undefined when there is none, or a damaged one. */
export async function readPrepared(place: KeyPlace): Promise<PreparedCircuit | undefined> {
  const packed = await readPacked<Header>(pathOf(place));
  if (!packed) return undefined;
  const { gates, dyadic, fields, hash } = packed.header;
  const { name, digest, target } = place;
  const key = { bytes: packed.body, fields: fields.map(hexToField), hash: hexToField(hash) };
  return { name, digest, target, gates, dyadic, key };
}

export async function writePrepared(place: KeyPlace, { gates, dyadic, key }: PreparedCircuit): Promise<void> {
  const toHex = (field: Field): string => fieldToHex(field);
  const header: Header = { gates, dyadic, fields: key.fields.map(toHex), hash: toHex(key.hash) };
  await writePacked(pathOf(place), header, key.bytes);
}

function pathOf({ cacheDirectory, referenceString, digest, target }: KeyPlace): string {
  return join(cacheDirectory, "keys", `${digest.slice(0, 32)}-${target}-${referenceString.id.slice(0, 16)}.key`);
}
