import { gunzipSync } from "node:zlib";
import { fieldToHex } from "@frond/foundation";
import { z } from "zod";
import { contentHash } from "../files.ts";
import type { Abi, PreparedCircuit, Target, VerificationKey } from "../types.ts";
import { abiSchema, isShallow } from "./abiSchema.ts";
import { CircuitArtifactError } from "./errors.ts";
import { KEY_BYTES, keyOfBytes } from "./keyOfBytes.ts";
import { ARTIFACT_VERSION } from "./packCircuit.ts";

const LARGEST_HEADER = 2 ** 22;
/** Unpacked. */
const LARGEST_BYTECODE = 2 ** 30;
const LARGEST_ROWS = 2 ** 28;
const DEEPEST_HEADER = 48;
const NEWLINE = 10;

const headerSchema = z.strictObject({
  version: z.literal(ARTIFACT_VERSION),
  name: z.string().regex(/^[\x20-\x7e]{1,100}$/),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  target: z.enum(["recursive", "evm"]),
  gates: z.int().positive().max(LARGEST_ROWS),
  dyadic: z.int().positive().max(LARGEST_ROWS),
  keyHash: z.string(),
  abi: abiSchema,
});
type Header = Omit<z.infer<typeof headerSchema>, "abi"> & { readonly abi: Abi };

/**
 * Reads what `packCircuit` wrote, from anybody: the schema is checked, and the digest of the program, the key's hash
 * and the size that the key is for are computed again. It does not follow that the key belongs to the program: with
 * another one no proof verifies.
 * @throws CircuitArtifactError
 */
export function unpackCircuit(bytes: Uint8Array): PreparedCircuit {
  const end = bytes.subarray(0, LARGEST_HEADER).indexOf(NEWLINE);
  if (end < 0) throw new CircuitArtifactError("they have no header");
  const { name, digest, target, gates, dyadic, keyHash, abi } = parseHeader(bytes.subarray(0, end));
  const keyEnd = end + 1 + KEY_BYTES[target];
  const key = parseKey(target, bytes.slice(end + 1, keyEnd));
  if (fieldToHex(key.hash) !== keyHash) throw new CircuitArtifactError("the verification key has another hash");
  // The first field of a key is the binary logarithm of the rows.
  if (key.fields[0] !== BigInt(Math.log2(dyadic) % 1 === 0 ? Math.log2(dyadic) : -1) || gates > dyadic)
    throw new CircuitArtifactError("the verification key is for another size");
  const bytecode = unzip(bytes.subarray(keyEnd));
  if (contentHash(bytecode, JSON.stringify(abi)) !== digest)
    throw new CircuitArtifactError("the program has another digest");
  return { name, digest, target, gates, dyadic, key, abi, bytecode };
}

function parseHeader(line: Uint8Array): Header {
  try {
    const value: unknown = JSON.parse(Buffer.from(line).toString());
    if (!isShallow(value, DEEPEST_HEADER)) throw new Error("too many levels");
    headerSchema.parse(value);
    // The value itself and not what the schema makes of it: the digest is of its text.
    return value as Header;
  } catch (error) {
    throw new CircuitArtifactError("the header does not have the right form", error);
  }
}

function parseKey(target: Target, bytes: Uint8Array): VerificationKey {
  if (bytes.length !== KEY_BYTES[target]) throw new CircuitArtifactError("the verification key is cut short");
  try {
    return keyOfBytes(target, bytes);
  } catch (error) {
    throw new CircuitArtifactError("the verification key is not made of field elements", error);
  }
}

function unzip(compressed: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(gunzipSync(compressed, { maxOutputLength: LARGEST_BYTECODE }));
  } catch (error) {
    throw new CircuitArtifactError("the bytecode can't be unpacked", error);
  }
}
