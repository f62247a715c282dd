import type { WitnessMap, WitnessStack } from "@noir-lang/acvm_js";

/** First byte of a witness stack: what follows is MessagePack with structures as arrays. */
const FORMAT = 3;
const LARGEST_PAIR_BYTES = 5 + 2 + 32;
const HEADER_BYTES = 16;

/**
 * A witness stack as `bb` reads it. The same bytes as `compressWitnessStack` of acvm_js without its compression, which
 * would be undone at once and costs a fifth of the whole execution.
 */
export function encodeWitnessStack(stack: WitnessStack): Uint8Array {
  const pairs = stack.reduce((sum, { witness }) => sum + witness.size, 0);
  const buffer = Buffer.allocUnsafeSlow((stack.length + 1) * HEADER_BYTES + pairs * LARGEST_PAIR_BYTES);
  let at = buffer.writeUInt8(FORMAT, 0);
  // A stack is a structure of one member, its items.
  at = buffer.writeUInt8(0x91, at);
  at = writeLength(buffer, at, stack.length, ARRAY);
  for (const { index, witness } of stack) {
    at = buffer.writeUInt8(0x92, at);
    at = writeInteger(buffer, at, index);
    at = writeMap(buffer, at, witness);
  }
  return new Uint8Array(buffer.buffer, 0, at);
}

function writeMap(buffer: Buffer, start: number, witness: WitnessMap): number {
  let at = writeLength(buffer, start, witness.size, MAP);
  // In order of the witnesses, as the virtual machine keeps them.
  for (const index of Uint32Array.from(witness.keys()).sort()) {
    at = writeInteger(buffer, at, index);
    at = buffer.writeUInt16BE(0xc420, at);
    at += buffer.write(witness.get(index)!.slice(2).padStart(64, "0"), at, "hex");
  }
  return at;
}

type LengthFormat = { readonly fix: number; readonly wide: number };
const ARRAY: LengthFormat = { fix: 0x90, wide: 0xdc };
const MAP: LengthFormat = { fix: 0x80, wide: 0xde };

function writeLength(buffer: Buffer, at: number, length: number, { fix, wide }: LengthFormat): number {
  if (length < 16) return buffer.writeUInt8(fix | length, at);
  if (length < 2 ** 16) return buffer.writeUInt16BE(length, buffer.writeUInt8(wide, at));
  return buffer.writeUInt32BE(length, buffer.writeUInt8(wide + 1, at));
}

function writeInteger(buffer: Buffer, at: number, value: number): number {
  if (value < 2 ** 7) return buffer.writeUInt8(value, at);
  if (value < 2 ** 8) return buffer.writeUInt8(value, buffer.writeUInt8(0xcc, at));
  if (value < 2 ** 16) return buffer.writeUInt16BE(value, buffer.writeUInt8(0xcd, at));
  return buffer.writeUInt32BE(value, buffer.writeUInt8(0xce, at));
}
