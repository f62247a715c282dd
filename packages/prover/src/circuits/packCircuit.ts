import { gzipSync } from "node:zlib";
import { fieldToHex } from "@frond/foundation";
import type { PreparedCircuit } from "../types.ts";

/** Grows when what follows the header changes. */
export const ARTIFACT_VERSION = 1;

/**
 * A prepared circuit as bytes, for machines that have not compiled it: one line of JSON, the verification key, and the
 * compressed bytecode. See {@link unpackCircuit}.
 */
export function packCircuit({ name, digest, target, gates, dyadic, key, abi, bytecode }: PreparedCircuit): Uint8Array {
  const header = { version: ARTIFACT_VERSION, name, digest, target, gates, dyadic, keyHash: fieldToHex(key.hash), abi };
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  return new Uint8Array(Buffer.concat([line, key.bytes, gzipSync(bytecode, { level: 1 })]));
}
