import { deserialize, serialize } from "node:v8";
import { bytesToField, type Field, fieldToBytes } from "@frond/foundation";
import type { FollowedLeaf } from "../state/leaf.ts";

const FIELD_BYTES = 32;
const SHORTEST_HIDDEN = 3 * FIELD_BYTES;

export function fieldKey(field: Field): Buffer {
  return Buffer.from(fieldToBytes(field));
}

/** A number in 8 bytes, most significant first, so that keys stand in the order of numbers. */
export function numberKey(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export function keyNumber(key: Uint8Array): number {
  return Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE());
}

/** A key of one layer: the layer's slot, then a number. */
export function slotNumberKey(slot: number, value: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(slot);
  bytes.writeBigUInt64BE(BigInt(value), 4);
  return bytes;
}

/** A key of one layer: the layer's slot, then a field. */
export function slotFieldKey(slot: number, field: Field): Buffer {
  const bytes = Buffer.alloc(4 + FIELD_BYTES);
  bytes.writeUInt32BE(slot);
  bytes.set(fieldToBytes(field), 4);
  return bytes;
}

/** Key, next key and hash of the values, then the values, each without leading zeros behind its length. */
export function leafToBytes({ key, nextKey, valuesHash, values }: FollowedLeaf): Buffer {
  const parts: Uint8Array[] = [fieldToBytes(key), fieldToBytes(nextKey), fieldToBytes(valuesHash)];
  for (const value of values ?? []) {
    const bytes = fieldToBytes(value);
    const first = bytes.findIndex((byte) => byte !== 0);
    const short = first < 0 ? bytes.subarray(FIELD_BYTES) : bytes.subarray(first);
    parts.push(Uint8Array.of(short.length), short);
  }
  return Buffer.concat(parts);
}

export function bytesToLeaf(bytes: Uint8Array): FollowedLeaf {
  const field = (index: number) => bytesToField(bytes.subarray(index * FIELD_BYTES, (index + 1) * FIELD_BYTES));
  const [key, nextKey, valuesHash] = [field(0), field(1), field(2)];
  if (bytes.length === SHORTEST_HIDDEN) return { key, nextKey, valuesHash, values: undefined };
  const values: Field[] = [];
  for (let at = SHORTEST_HIDDEN; at < bytes.length; ) {
    const length = bytes[at]!;
    const padded = new Uint8Array(FIELD_BYTES);
    padded.set(bytes.subarray(at + 1, at + 1 + length), FIELD_BYTES - length);
    values.push(bytesToField(padded));
    at += 1 + length;
  }
  return { key, nextKey, valuesHash, values };
}

/** V8's serialisation: bigints, maps and byte arrays. Newer versions of Node read what older ones wrote. */
export function valueToBytes(value: unknown): Buffer {
  return serialize(value);
}

export function bytesToValue<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T;
}
