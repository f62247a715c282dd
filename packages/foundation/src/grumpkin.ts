import { createCurve } from "./curve/createCurve.ts";
import { grumpkin } from "./curve/grumpkin.ts";
import { FIELD_MODULUS, type Field, isField } from "./field.ts";

/**
 * An affine point of Grumpkin (`y^2 = x^3 - 17` over the BN254 scalar field). `(0, 0)` is not on the curve and
 * represents the neutral element.
 */
export type Point = { readonly x: Field; readonly y: Field };

/** The order of the Grumpkin group, a prime and the modulus of scalars. Greater than `FIELD_MODULUS`. */
export const GRUMPKIN_ORDER: bigint = grumpkin.order;

export const NEUTRAL: Point = { x: 0n, y: 0n };

export const GENERATOR: Point = grumpkin.generator;

export { MAXIMUM_POINTS } from "./curve/halves.ts";
export { TooManyPointsError } from "./curve/multiScalarMultiply.ts";

const curve = createCurve(grumpkin);

/** Whether the point satisfies the curve equation with canonical coordinates. Returns false for the neutral element. */
export function isOnCurve({ x, y }: Point): boolean {
  return isField(x) && isField(y) && (y * y - x * x * x + 17n) % FIELD_MODULUS === 0n;
}

/** The sum of two points. Each point must be on the curve or neutral. */
export function addPoints(a: Point, b: Point): Point {
  return curve.add(a, b);
}

/** The point with the same x coordinate and the negated y coordinate. */
export function negatePoint({ x, y }: Point): Point {
  return { x, y: y === 0n ? 0n : FIELD_MODULUS - y };
}

/** `scalar * point`, for a point on the curve and a scalar in `[0, GRUMPKIN_ORDER)`. Not constant-time. */
export function scalarMultiply(point: Point, scalar: bigint): Point {
  return curve.multiScalarMultiply([{ point, scalar }]);
}

/**
 * `scalar * GENERATOR`, for a scalar in `[0, GRUMPKIN_ORDER)` or its 32 little-endian bytes. Several times faster than
 * {@link scalarMultiply}. Constant-time in WebAssembly: all windows of the scalar take the same steps, and each reads
 * every multiple in its table. The conversion of a bigint is not: it depends on the number of words that the bigint
 * has.
 */
export function multiplyGenerator(scalar: bigint | Uint8Array): Point {
  return curve.multiplyGenerator(scalar);
}

/**
 * The sum of `scalar * point` over points that are on the curve or neutral. Not constant-time.
 * @throws {@link TooManyPointsError} when there are more than {@link MAXIMUM_POINTS} terms
 */
export function multiScalarMultiply(terms: readonly { readonly point: Point; readonly scalar: bigint }[]): Point {
  return curve.multiScalarMultiply(terms);
}
