import { ModuleBuilder } from "wasmbuilder";
import buildCurve from "wasmcurves/src/build_curve_jacobian_a0.js";
import buildF1m from "wasmcurves/src/build_f1m.js";
import { FIELD_MODULUS, type Field, isField } from "./field.ts";

/**
 * An affine point of Grumpkin (`y^2 = x^3 - 17` over the BN254 scalar field). `(0, 0)` is not on the curve and
 * represents the neutral element.
 */
export type Point = { readonly x: Field; readonly y: Field };

/** The order of the Grumpkin group, a prime and the modulus of scalars. Greater than `FIELD_MODULUS`. */
export const GRUMPKIN_ORDER: bigint = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;

export const NEUTRAL: Point = { x: 0n, y: 0n };

export const GENERATOR: Point = { x: 1n, y: 17631683881184975370165255887551781615748388533673675138860n };

type Kernel = {
  memory: WebAssembly.Memory;
  f_toMontgomery(a: number, result: number): void;
  g_toMontgomeryAffine(a: number, result: number): void;
  g_fromMontgomeryAffine(a: number, result: number): void;
  g_toAffine(a: number, result: number): void;
  g_zero(result: number): void;
  g_addMixed(a: number, affine: number, result: number): void;
  g_batchToAffine(points: number, count: number, result: number): void;
  g_addAffine(a: number, b: number, result: number): void;
  g_timesScalarAffine(point: number, scalar: number, scalarBytes: number, result: number): void;
  g_multiexpAffine(points: number, scalars: number, scalarBytes: number, count: number, result: number): void;
};

const FIELD_BYTES = 32;
const POINT_BYTES = 64;
const PROJECTIVE_BYTES = 96;
const PAGES = 64;
/** The largest number of points in one multi-scalar multiplication. */
export const MAXIMUM_POINTS = 4096;

// The table of the generator: for each 4-bit window of a scalar, the fifteen non-zero multiples.
const WINDOW_BITS = 4;
const WINDOWS = 64;
const MULTIPLES = 15;

const { kernel, scratch } = createKernel();
const bytes = new DataView(kernel.memory.buffer);
// The scratch memory: one projective result, one affine pair, the arguments of the largest multiplication, the table.
const RESULT = scratch;
const LEFT = scratch + PROJECTIVE_BYTES;
const RIGHT = LEFT + POINT_BYTES;
const POINTS = RIGHT + POINT_BYTES;
const SCALARS = POINTS + MAXIMUM_POINTS * POINT_BYTES;
const TABLE = SCALARS + MAXIMUM_POINTS * FIELD_BYTES;

function createKernel(): { kernel: Kernel; scratch: number } {
  const builder = new ModuleBuilder();
  builder.setMemory(PAGES);
  const montgomeryB = ((FIELD_MODULUS - 17n) << 256n) % FIELD_MODULUS;
  const b = builder.alloc(Array.from({ length: 32 }, (_, i) => Number((montgomeryB >> BigInt(8 * i)) & 255n)));
  buildF1m(builder, FIELD_MODULUS, "f");
  buildCurve(builder, "g", "f", b);
  const area = builder.alloc(
    PROJECTIVE_BYTES +
      2 * POINT_BYTES +
      MAXIMUM_POINTS * (POINT_BYTES + FIELD_BYTES) +
      WINDOWS * MULTIPLES * POINT_BYTES,
  );
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(builder.build()), { env: { memory } });
  return { kernel: { ...(instance.exports as unknown as Omit<Kernel, "memory">), memory }, scratch: area };
}

/** Whether the point satisfies the curve equation with canonical coordinates. Returns false for the neutral element. */
export function isOnCurve({ x, y }: Point): boolean {
  return isField(x) && isField(y) && (y * y - x * x * x + 17n) % FIELD_MODULUS === 0n;
}

/** The sum of two points. Each point must be on the curve or neutral. */
export function addPoints(a: Point, b: Point): Point {
  writePoint(LEFT, a);
  writePoint(RIGHT, b);
  kernel.g_addAffine(LEFT, RIGHT, RESULT);
  return readResult();
}

/** The point with the same x coordinate and the negated y coordinate. */
export function negatePoint({ x, y }: Point): Point {
  return { x, y: y === 0n ? 0n : FIELD_MODULUS - y };
}

/** `scalar * point`, for a point on the curve and a scalar in `[0, GRUMPKIN_ORDER)`. Not constant-time. */
export function scalarMultiply(point: Point, scalar: bigint): Point {
  writePoint(LEFT, point);
  writeInteger(SCALARS, scalar);
  kernel.g_timesScalarAffine(LEFT, SCALARS, FIELD_BYTES, RESULT);
  return readResult();
}

let tableIsReady = false;

/**
 * `scalar * GENERATOR`, for a scalar in `[0, GRUMPKIN_ORDER)`. Several times faster than {@link scalarMultiply}. Not
 * constant-time.
 */
export function multiplyGenerator(scalar: bigint): Point {
  if (!tableIsReady) fillTable();
  kernel.g_zero(RESULT);
  let rest = scalar;
  for (let window = 0; rest > 0n; window++, rest >>= BigInt(WINDOW_BITS)) {
    const digit = Number(rest & BigInt(MULTIPLES));
    if (digit > 0) kernel.g_addMixed(RESULT, TABLE + (window * MULTIPLES + digit - 1) * POINT_BYTES, RESULT);
  }
  return readResult();
}

// The POINTS area is free while the table is filled: it holds the multiples before their conversion to affine form.
function fillTable(): void {
  writePoint(LEFT, GENERATOR);
  for (let window = 0; window < WINDOWS; window++) {
    kernel.g_zero(RESULT);
    for (let multiple = 0; multiple < MULTIPLES; multiple++) {
      kernel.g_addMixed(RESULT, LEFT, RESULT);
      const at = POINTS + multiple * PROJECTIVE_BYTES;
      new Uint8Array(kernel.memory.buffer).copyWithin(at, RESULT, RESULT + PROJECTIVE_BYTES);
    }
    kernel.g_batchToAffine(POINTS, MULTIPLES, TABLE + window * MULTIPLES * POINT_BYTES);
    kernel.g_addMixed(RESULT, LEFT, RESULT);
    kernel.g_toAffine(RESULT, LEFT);
  }
  tableIsReady = true;
}

/** The sum of `scalar * point` over at most {@link MAXIMUM_POINTS} terms. */
export function multiScalarMultiply(terms: readonly { readonly point: Point; readonly scalar: bigint }[]): Point {
  terms.forEach(({ point, scalar }, i) => {
    writePoint(POINTS + i * POINT_BYTES, point);
    writeInteger(SCALARS + i * FIELD_BYTES, scalar);
  });
  kernel.g_multiexpAffine(POINTS, SCALARS, FIELD_BYTES, terms.length, RESULT);
  return readResult();
}

function writeInteger(at: number, value: bigint): void {
  for (let word = 0; word < 4; word++)
    bytes.setBigUint64(at + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
}

function writePoint(at: number, { x, y }: Point): void {
  writeInteger(at, x);
  writeInteger(at + FIELD_BYTES, y);
  kernel.g_toMontgomeryAffine(at, at);
}

function readResult(): Point {
  kernel.g_toAffine(RESULT, LEFT);
  kernel.g_fromMontgomeryAffine(LEFT, LEFT);
  return { x: readInteger(LEFT), y: readInteger(LEFT + FIELD_BYTES) };
}

function readInteger(at: number): bigint {
  let value = 0n;
  for (let word = 3; word >= 0; word--) value = (value << 64n) | bytes.getBigUint64(at + 8 * word, true);
  return value;
}
