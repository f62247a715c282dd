import { difference, type Expression, number, product } from "./expressions.ts";
import type { Globals } from "./globals.ts";

/** The range checks of a procedure. All of them are checks of the width of the ranged integers. */
export type Ranges = {
  /**
   * Constrains `0 <= expression < 2^width` of an integer that is known to be between -2^magnitude and 2^magnitude. The
   * number is scaled to the width of the ranged integers.
   * @throws if a scaled number could wrap around the field
   */
  range(expression: Expression, options: { readonly width: number; readonly magnitude: number }): void;
  /** Constrains `0 <= hint < 2^width` of a hint, which the prover chooses among all field elements. */
  rangeHint(hint: Expression, width: number): void;
  /** Constrains an integer between -2^magnitude and 2^magnitude to be zero. */
  zero(expression: Expression, magnitude: number): void;
};

/** Integers between -2^252 and 2^252 are different elements of the field, whose modulus has 254 bits. */
const SAFE_BITS = 252;

/** `bits` is the width of the ranged integers, and `add` adds one of them. */
export function createRanges({
  bits,
  globals,
  add,
}: {
  readonly bits: number;
  readonly globals: Globals;
  readonly add: (expression: Expression) => void;
}): Ranges {
  return {
    range(expression, { width, magnitude }) {
      const shift = bits - width;
      if (magnitude + shift > SAFE_BITS) {
        throw new Error(`an integer of ${magnitude} bits wraps around the field when it is scaled by 2^${shift}`);
      }
      add(product(expression, globals.power(shift)));
    },
    rangeHint(hint, width) {
      add(hint);
      // A scaled hint would not do: about p / 2^126, times 2^126, is small again. The difference is not scaled.
      if (width < bits) add(difference(globals.largest(width), hint));
    },
    zero(expression, magnitude) {
      if (magnitude + bits <= SAFE_BITS) {
        add(product(expression, globals.power(bits)));
        return;
      }
      // A number and its opposite are both in range only if they are zero.
      add(expression);
      add(difference(number(0), expression));
    },
  };
}
