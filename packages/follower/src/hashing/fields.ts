import { bytesToField, type Field } from "@frond/foundation";

/** The bytes of a field element, big-endian. */
export const FIELD_BYTES = 32;

/** Elements one behind the other in bytes. */
export type Fields = {
  readonly bytes: Uint8Array;
  /** Writes an element at its place among all. */
  set(index: number, field: Field): void;
};

export function fieldsOf(count: number): Fields {
  const bytes = new Uint8Array(count * FIELD_BYTES);
  const view = new DataView(bytes.buffer);
  return {
    bytes,
    set(index, field) {
      const at = index * FIELD_BYTES;
      // Most numbers are small.
      if (field >> 64n !== 0n) {
        view.setBigUint64(at, field >> 192n);
        view.setBigUint64(at + 8, BigInt.asUintN(64, field >> 128n));
        view.setBigUint64(at + 16, BigInt.asUintN(64, field >> 64n));
      }
      view.setBigUint64(at + 24, BigInt.asUintN(64, field));
    },
  };
}

export function fieldAt(bytes: Uint8Array, index: number): Field {
  return bytesToField(bytes.subarray(index * FIELD_BYTES, (index + 1) * FIELD_BYTES));
}
