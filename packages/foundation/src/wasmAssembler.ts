/** A minimal WebAssembly assembler for straight-line arithmetic in i64 and in vectors: an expression is its bytes. */
export type Code = readonly number[];

export const i32 = (value: number): Code => [0x41, ...signed(BigInt(value))];
export const i64 = (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))];
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const load = (address: Code, offset: number): Code => [...address, 0x29, 3, ...unsigned(offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x37,
  3,
  ...unsigned(offset),
];
export const add = (a: Code, b: Code): Code => [...a, ...b, 0x7c];
export const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x7d];
export const multiply = (a: Code, b: Code): Code => [...a, ...b, 0x7e];
export const and = (a: Code, b: Code): Code => [...a, ...b, 0x83];
export const or = (a: Code, b: Code): Code => [...a, ...b, 0x84];
export const shiftLeft = (a: Code, bits: number): Code => (bits === 0 ? a : [...a, ...i64(BigInt(bits)), 0x86]);
export const shiftRight = (a: Code, bits: number): Code => [...a, ...i64(BigInt(bits)), 0x88];
export const shiftRightSigned = (a: Code, bits: number): Code => [...a, ...i64(BigInt(bits)), 0x87];
export const xor = (a: Code, b: Code): Code => [...a, ...b, 0x85];
export const addI32 = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const call = (index: number, ...values: readonly Code[]): Code => [...values.flat(), 0x10, ...unsigned(index)];

export const loadI32 = (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)];
export const storeI64AsI32 = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0x3e,
  2,
  ...unsigned(offset),
];
/** The i32 1 if both i64 are the same, and 0 if not. */
export const equal = (a: Code, b: Code): Code => [...a, ...b, 0x51];
export const equalI32 = (a: Code, b: Code): Code => [...a, ...b, 0x46];
/** The i32 1 if both i32 are not the same, and 0 if they are. */
export const differI32 = (a: Code, b: Code): Code => [...a, ...b, 0x47];
export const orI32 = (a: Code, b: Code): Code => [...a, ...b, 0x72];
/** Runs `then` if the i32 `condition` is not 0, and `otherwise` if it is. */
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...condition,
  0x04,
  0x40,
  ...then,
  ...(otherwise.length > 0 ? [0x05, ...otherwise] : []),
  0x0b,
];

/** Runs `body` once, and again while the i32 `condition` is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];

/** Two lanes of 64 bits: i64x2, or f64x2 where the name says so. */
const vector = (code: number, ...values: readonly Code[]): Code => [...values.flat(), 0xfd, ...unsigned(code)];
export const vectorLoad = (address: Code, offset: number): Code => [
  ...vector(0x00, address),
  ...[4, ...unsigned(offset)],
];
export const vectorStore = (address: Code, offset: number, value: Code): Code => [
  ...vector(0x0b, address, value),
  ...[4, ...unsigned(offset)],
];
/** Byte i of the result is byte `bytes[i]` of the first vector, or `bytes[i] - 16` of the second one. */
export const shuffle = (a: Code, b: Code, bytes: readonly number[]): Code => [...vector(0x0d, a, b), ...bytes];
export const vectorAnd = (a: Code, b: Code): Code => vector(0x4e, a, b);
export const vectorOr = (a: Code, b: Code): Code => vector(0x50, a, b);
export const vectorShiftLeft = (a: Code, bits: number): Code => vector(0xcb, a, i32(bits));
export const vectorShiftRightSigned = (a: Code, bits: number): Code => vector(0xcc, a, i32(bits));
export const vectorShiftRight = (a: Code, bits: number): Code => vector(0xcd, a, i32(bits));
export const vectorAdd = (a: Code, b: Code): Code => vector(0xce, a, b);
export const floatSubtract = (a: Code, b: Code): Code => vector(0xf1, a, b);
/** `a * b + c`, rounded once on machines that have such an instruction (relaxed SIMD). */
export const floatMultiplyAdd = (a: Code, b: Code, c: Code): Code => vector(0x107, a, b, c);

/** Runs `body` for each value of the i32 `local` from `from` up to `to` (exclusive) by `step`. */
export const loop = (
  local: number,
  { from, to, step }: { from: number; to: number | Code; step: number },
  body: Code,
): Code => [
  ...set(local, i32(from)),
  ...repeat(
    [...body, ...set(local, addI32(get(local), i32(step)))],
    [...get(local), ...(typeof to === "number" ? i32(to) : to), 0x49],
  ),
];

/** A function without results. Its locals are the i32 parameters, the i32 locals, the i64 locals, then the vectors. */
export type WasmFunction = {
  readonly name: string;
  readonly parameters: number;
  readonly i32Locals?: number;
  readonly i64Locals?: number;
  readonly vectorLocals?: number;
  readonly code: Code;
};

const I32 = 0x7f;
const I64 = 0x7e;
const V128 = 0x7b;

/** Assembles a module that exports all `functions`, and `pages` of 64 KiB as `memory`. */
export function assembleModule(functions: readonly WasmFunction[], pages = 1): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, parameters, ...new Array<number>(parameters).fill(I32), 0]);
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const bodies = functions.map(({ i32Locals = 0, i64Locals = 0, vectorLocals = 0, code }) => {
    const locals = [...unsigned(i32Locals), I32, ...unsigned(i64Locals), I64, ...unsigned(vectorLocals), V128];
    const body = [3].concat(locals, code, 0x0b);
    return unsigned(body.length).concat(body);
  });
  return new Uint8Array(
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(
      section(1, types),
      section(
        3,
        functions.map((_, index) => unsigned(index)),
      ),
      section(5, [[0, ...unsigned(pages)]]),
      section(7, [[...text("memory"), 2, 0], ...exported]),
      section(10, bodies),
    ),
  );
}

function section(id: number, items: readonly Code[]): number[] {
  const content = unsigned(items.length).concat(...items);
  return [id].concat(unsigned(content.length), content);
}

function text(name: string): number[] {
  return [name.length, ...Array.from(name, (letter) => letter.charCodeAt(0))];
}

function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const ends = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}
