import {
  carried,
  ELEMENT,
  each,
  LIMBS,
  limbOf,
  limbOfWords,
  montgomeryProduct,
  PRODUCT_LOCALS,
  R,
  REDUCTION_LOCALS,
  readWords,
  reduced,
  wordOfLimbs,
  writeLimbs,
  writeWords,
} from "../montgomery.ts";
import {
  add,
  and,
  assembleModule,
  type Code,
  call,
  get,
  i32,
  i64,
  load,
  loop,
  set,
  shiftLeft,
  shiftRightSigned,
  store,
  subtract,
  type WasmFunction,
} from "../wasmAssembler.ts";

/** What signing needs of the integers modulo a group's order, constant-time: see {@link createScalars}. */
export type Scalars = {
  /** A number of 64 big-endian bytes, `modulo (order - 1) + 1`, as 32 little-endian bytes. */
  toNonce(seed: Uint8Array): Uint8Array;
  /** `nonce - challenge * secret`, for a challenge and a secret in `[0, order)`. */
  respond(nonce: Uint8Array, challenge: bigint, secret: bigint): bigint;
};

// Memory layout, in bytes.
const CHUNK = 8;
const CHUNK_BITS = 16;
const CHUNKS = 0;
const CHUNKS_END = CHUNKS + (512 / CHUNK_BITS) * CHUNK;
const NONCE = CHUNKS_END;
const CHALLENGE = NONCE + 32;
const SECRET = CHALLENGE + 32;
const RESULT = SECRET + 32;
const SUM = RESULT + 32;
const PRODUCT = SUM + ELEMENT;
const FACTOR = PRODUCT + ELEMENT;
const R_SQUARED = FACTOR + ELEMENT;
const SECRETS_END = R_SQUARED;

const sum = (i: number): Code => load(i32(SUM), 8 * i);
const writeSum = (i: number, value: Code): Code => store(i32(SUM), 8 * i, value);
const words = (address: number): Code => each(4, (w) => store(i32(address), 8 * w, wordOfLimbs(i32(SUM), w)));

/** Adds the modulus to a negative sum. Locals from 1 on: mask, carry, total. */
function addIfNegative(modulus: bigint): Code {
  return [
    ...set(1, shiftRightSigned(sum(LIMBS - 1), 63)),
    ...carried((i) => add(sum(i), and(i64(limbOf(modulus, i)), get(1))), { write: writeSum, locals: 2 }),
  ];
}

/**
 * Takes 16 bits at a time, from the topmost ones down. The sum stays below 1.3 times the divisor: the quotient is
 * estimated from the topmost limb, which has 21 bits, and loses less than 1.3.
 */
function toNonce(order: bigint): Code {
  const divisor = order - 1n;
  const chunk = 0;
  const shifted = (i: number): Code => {
    const limb = shiftLeft(sum(i), CHUNK_BITS);
    return i === 0 ? add(limb, load(get(chunk), 0)) : limb;
  };
  return [
    ...each(LIMBS, (i) => writeSum(i, i64(0n))),
    ...loop(
      chunk,
      { from: CHUNKS, to: CHUNKS_END, step: CHUNK },
      reduced(divisor, shifted, { write: writeSum, locals: 1 }),
    ),
    ...carried((i) => subtract(sum(i), i64(limbOf(divisor, i))), { write: writeSum, locals: 2 }),
    ...addIfNegative(divisor),
    ...carried((i) => (i === 0 ? add(sum(i), i64(1n)) : sum(i)), { write: writeSum, locals: 2 }),
    ...words(NONCE),
  ];
}

/** The product is below 1.01 times the order, so that the difference needs the order twice at most. */
function respond(order: bigint): Code {
  const read = (address: number, result: number) =>
    each(LIMBS, (i) => store(i32(result), 8 * i, limbOfWords(i32(address), i)));
  return [
    ...read(CHALLENGE, PRODUCT),
    ...read(SECRET, FACTOR),
    ...call(0, i32(PRODUCT), i32(R_SQUARED), i32(PRODUCT)),
    ...call(0, i32(PRODUCT), i32(FACTOR), i32(PRODUCT)),
    ...carried((i) => subtract(limbOfWords(i32(NONCE), i), load(i32(PRODUCT), 8 * i)), { write: writeSum, locals: 2 }),
    ...addIfNegative(order),
    ...addIfNegative(order),
    ...words(RESULT),
  ];
}

const functions = (order: bigint): readonly WasmFunction[] => [
  { name: "multiply", parameters: 3, i64Locals: PRODUCT_LOCALS, code: montgomeryProduct(order, false) },
  { name: "toNonce", parameters: 0, i32Locals: 1, i64Locals: REDUCTION_LOCALS, code: toNonce(order) },
  { name: "respond", parameters: 0, i32Locals: 1, i64Locals: REDUCTION_LOCALS, code: respond(order) },
];

/**
 * Arithmetic on secrets modulo the order of a group, in WebAssembly: no branch and no address depends on a value. The
 * copies of secrets are cleared. Not covered: secrets arrive as bigints, and the time in which an engine shifts one
 * depends on its length, which is 64 bits shorter for one secret in 2^62.
 */
export function createScalars(order: bigint): Scalars {
  const kernel = new WebAssembly.Instance(new WebAssembly.Module(assembleModule(functions(order))))
    .exports as unknown as { readonly memory: WebAssembly.Memory; toNonce(): void; respond(): void };
  const memory = new DataView(kernel.memory.buffer);
  const bytes = new Uint8Array(kernel.memory.buffer);
  writeLimbs(memory, R_SQUARED, (R * R) % order);
  const clear = () => void bytes.fill(0, 0, SECRETS_END);
  return {
    toNonce(seed) {
      for (let i = 0; i < 32; i++) memory.setUint32(CHUNKS + i * CHUNK, (seed[2 * i]! << 8) | seed[2 * i + 1]!, true);
      kernel.toNonce();
      const nonce = bytes.slice(NONCE, NONCE + 32);
      clear();
      return nonce;
    },
    respond(nonce, challenge, secret) {
      bytes.set(nonce, NONCE);
      writeWords(memory, CHALLENGE, challenge);
      writeWords(memory, SECRET, secret);
      kernel.respond();
      const response = readWords(memory, RESULT);
      clear();
      return response;
    },
  };
}
