import type { CurveParameters } from "./kernel.ts";

/** Splits a scalar: `scalar = first + second * eigenvalue` modulo the order, each below 2^128 in absolute value. */
export type Split = (scalar: bigint) => readonly [first: bigint, second: bigint];

const PRECISION = 256n;
const HALF = 1n << (PRECISION - 1n);

/**
 * Subtracts from (scalar, 0) the nearest vector of the lattice of all pairs with `first + second * eigenvalue = 0`
 * (Gallant, Lambert and Vanstone). A scalar below 2^128 stays whole: its second part is 0.
 */
export function createSplit({ order, eigenvalue }: CurveParameters): Split {
  const [[a1, b1], [a2, b2]] = shortBasis(order, eigenvalue);
  const determinant = a1 * b2 - a2 * b1;
  const [perFirst, perSecond] = [(b2 << PRECISION) / determinant, (-b1 << PRECISION) / determinant];
  return (scalar) => {
    if (scalar < 1n << 128n) return [scalar, 0n];
    const first = (scalar * perFirst + HALF) >> PRECISION;
    const second = (scalar * perSecond + HALF) >> PRECISION;
    return [scalar - first * a1 - second * a2, -first * b1 - second * b2];
  };
}

type Vector = readonly [bigint, bigint];

/** Lagrange's reduction: the shorter vector is taken from the longer one until that makes it no shorter. */
function shortBasis(order: bigint, eigenvalue: bigint): readonly [Vector, Vector] {
  let [long, short]: [Vector, Vector] = [
    [order, 0n],
    [-eigenvalue, 1n],
  ];
  for (;;) {
    const quotient = nearest(dot(long, short), dot(short, short));
    const rest: Vector = [long[0] - quotient * short[0], long[1] - quotient * short[1]];
    if (dot(rest, rest) >= dot(short, short)) return [short, rest];
    [long, short] = [short, rest];
  }
}

const dot = (a: Vector, b: Vector): bigint => a[0] * b[0] + a[1] * b[1];

/** The integer nearest to a quotient whose divisor is positive. */
const nearest = (dividend: bigint, divisor: bigint): bigint =>
  dividend < 0n ? -((divisor - 2n * dividend) / (2n * divisor)) : (divisor + 2n * dividend) / (2n * divisor);
