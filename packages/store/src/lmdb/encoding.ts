import { deserialize, serialize } from "node:v8";
import { bytesToField, type Field, fieldToBytes } from "@frond/foundation";
import type { StoredLeaf } from "../types.ts";

/** Encodes a field as a key, most significant byte first, so that the order of keys is the order of fields. */
export function fieldToKey(field: Field): Buffer {
  return Buffer.from(fieldToBytes(field));
}

/** Encodes the key, the next key and the values of a leaf in 32 bytes each. */
export function leafToBytes(leaf: StoredLeaf): Buffer {
  return Buffer.concat([leaf.key, leaf.nextKey, ...leaf.values].map(fieldToBytes));
}

export function bytesToLeaf(bytes: Uint8Array): StoredLeaf {
  const fields = Array.from({ length: bytes.length / 32 }, (_, i) => bytesToField(bytes.subarray(i * 32, i * 32 + 32)));
  const [key, nextKey, ...values] = fields;
  return { key: key!, nextKey: nextKey!, values };
}

/** Encodes a number in 8 bytes, most significant first. */
export function numberToBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function bytesToNumber(bytes: Uint8Array): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readBigUInt64BE());
}

/**
 * Encodes a value in V8's serialisation format, which takes bigints, maps and byte arrays. Newer versions of Node read
 * the output of older ones.
 */
export function valueToBytes(value: unknown): Buffer {
  return serialize(value);
}

export function bytesToValue<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T;
}
