import { difference, type Expression, product, sum } from "./expressions.ts";
import type { Lowering } from "./lowering.ts";
import type { Run } from "./run.ts";

/**
 * A product with a constant of at most this many bits can't wrap around the field, even when it is scaled for ranging:
 * `range` throws otherwise.
 */
export const CONSTANT_BITS = 120;

/** Whether a product with a positive constant does not wrap around the field. */
export function isSmall(constant: bigint): boolean {
  return bitLength(constant) <= CONSTANT_BITS;
}

/** Quotient and remainder of an integer of `bits` bits and a positive constant that is small. */
export function divideByConstant(
  lowering: Lowering,
  { dividend, constant, bits }: { readonly dividend: Expression; readonly constant: bigint; readonly bits: bigint },
  evaluate: (run: Run) => bigint,
): { readonly quotient: Expression; readonly remainder: Expression } {
  const quotient = lowering.hint((run) => evaluate(run) / constant);
  const remainder = difference(dividend, product(quotient, lowering.globals.constant(constant)));
  lowering.rangeHint(quotient, Number(bits));
  lowering.range(remainder, within(bits, bitLength(constant)));
  lowering.range(
    difference(lowering.globals.constant(constant - 1n), remainder),
    within(bits, bitLength(constant) + 1),
  );
  return { quotient, remainder };
}

/** A bit that is 1 if an integer of `from` bits is above the `largest` number, which has at most as many. */
export function narrow(
  lowering: Lowering,
  expression: Expression,
  { from, largest, overflow }: { from: bigint; largest: Expression; overflow: (run: Run) => boolean },
): Expression {
  const wide = lowering.bit((run) => (overflow(run) ? 1n : 0n));
  lowering.range(sum(difference(largest, expression), lowering.scaled(wide, Number(from))), within(from));
  return wide;
}

/** The range of an integer of `bits` bits, for a number that has at most `more` bits more. */
export function within(bits: bigint, more = 1): { readonly width: number; readonly magnitude: number } {
  return { width: Number(bits), magnitude: Number(bits) + more };
}

export function bitLength(value: bigint): number {
  return Math.max(1, value.toString(2).length);
}
