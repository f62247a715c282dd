import { join } from "node:path";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import { readPacked, writePacked } from "./packedFile.ts";
import type { CompiledCircuit, PreparedCircuit, ReferenceString, Target } from "./types.ts";

/** What a key depends on. The reference string's id covers the version of `bb`. */
export type KeyPlace = {
  readonly circuit: CompiledCircuit;
  readonly target: Target;
  readonly cacheDirectory: string;
  readonly referenceString: ReferenceString;
};

type Header = { readonly gates: number; readonly dyadic: number; readonly fields: string[]; readonly hash: string };

/** The prepared circuit in the cache; undefined when there is none, or a damaged one. */
export async function readPrepared(place: KeyPlace): Promise<PreparedCircuit | undefined> {
  const packed = await readPacked<Header>(keyPath(place));
  if (!packed) return undefined;
  const { gates, dyadic, fields, hash } = packed.header;
  const key = { bytes: packed.body, fields: fields.map(hexToField), hash: hexToField(hash) };
  return { ...place.circuit, target: place.target, gates, dyadic, key };
}

export async function writePrepared(place: KeyPlace, { gates, dyadic, key }: PreparedCircuit): Promise<void> {
  const toHex = (field: Field): string => fieldToHex(field);
  const header: Header = { gates, dyadic, fields: key.fields.map(toHex), hash: toHex(key.hash) };
  await writePacked(keyPath(place), header, key.bytes);
}

/** Where the key is kept. */
export function keyPath({ cacheDirectory, referenceString, circuit, target }: KeyPlace): string {
  return join(
    cacheDirectory,
    "keys",
    `${circuit.digest.slice(0, 32)}-${target}-${referenceString.id.slice(0, 16)}.key`,
  );
}
