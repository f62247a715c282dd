import {
  add,
  and,
  type Code,
  get,
  i64,
  load,
  multiply,
  or,
  set,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  store,
  subtract,
} from "./wasmAssembler.ts";

/*
 * Arithmetic modulo a prime p of 254 bits, as code for WebAssembly. An element is nine limbs of 29 bits, each in an
 * i64, in Montgomery form with R = 2^261. R leaves room for values up to 169 times p (168.9 for both moduli of the
 * cycle BN254 and Grumpkin). The lower eight limbs of a normalised element are in [0, 2^29), the topmost one has the
 * sign. A product takes limbs of either sign: with one factor below 2^29 and the other one below 2^30 in absolute
 * value, all columns fit in 63 bits without a carry. The comments state bounds of values as multiples of p: a product
 * of a and b is between -|a * b| / 169 and |a * b| / 169 + 1.
 */
export const LIMBS = 9;
export const LIMB_BITS = 29;
export const MASK: bigint = (1n << BigInt(LIMB_BITS)) - 1n;
export const R: bigint = 1n << BigInt(LIMBS * LIMB_BITS);
/** An element in memory, in bytes. */
export const ELEMENT: number = 8 * LIMBS;
/** Locals of type i64 that a product needs. */
export const PRODUCT_LOCALS = 29;

/** A limb of an integer. The topmost limb takes what is left, with its sign. */
export const limbOf = (value: bigint, limb: number): bigint => {
  const rest = value >> BigInt(limb * LIMB_BITS);
  return limb === LIMBS - 1 ? rest : rest & MASK;
};

export const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i)).flat();

/** `-1 / modulus` modulo 2^29. */
function negatedInverse(modulus: bigint): bigint {
  let inverse = 1n;
  for (let known = 1; known < LIMB_BITS; known *= 2) inverse = (inverse * (2n - modulus * inverse)) & MASK;
  return -inverse & MASK;
}

/**
 * Computes Montgomery's product column by column. Parameters: a, b, result; a square: a, result. Where the lowest 28
 * bits of the modulus equal 1, both the quotient digit and its product with the lowest limb reduce to a shift.
 */
export function montgomeryProduct(modulus: bigint, squares: boolean): Code {
  const parameters = squares ? 2 : 3;
  const [a, b, m, carry, column] = [0, 9, 18, 27, 28].map((local) => parameters + local) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const inverse = negatedInverse(modulus);
  const isShift = (modulus & MASK) === (1n << 28n) + 1n;
  const timesLowest = (value: Code): Code =>
    isShift ? add(value, shiftLeft(value, 28)) : multiply(value, i64(limbOf(modulus, 0)));
  const digitOf = (value: Code): Code =>
    and(isShift ? subtract(i64(0n), add(value, shiftLeft(value, 28))) : multiply(value, i64(inverse)), i64(MASK));
  const code: Code[] = [];
  for (let i = 0; i < LIMBS; i++) {
    code.push(set(a + i, load(get(0), 8 * i)));
    if (!squares) code.push(set(b + i, load(get(1), 8 * i)));
  }
  for (let k = 0; k < 2 * LIMBS - 1; k++) {
    const terms: Code[] = [];
    const first = Math.max(0, k - LIMBS + 1);
    for (let i = first; squares ? 2 * i < k : i <= Math.min(k, LIMBS - 1); i++) {
      terms.push(multiply(get(a + i), get((squares ? a : b) + k - i)));
    }
    if (squares) {
      const twice = terms.splice(0).reduce<Code>((sum, term) => (sum.length === 0 ? term : add(sum, term)), []);
      if (twice.length > 0) terms.push(shiftLeft(twice, 1));
      if (k % 2 === 0) terms.push(multiply(get(a + k / 2), get(a + k / 2)));
    }
    for (let i = first; i < Math.min(k, LIMBS); i++) {
      terms.push(multiply(get(m + i), i64(limbOf(modulus, k - i))));
    }
    if (k > 0) terms.push(get(carry));
    code.push(set(column, terms.reduce(add)));
    if (k < LIMBS) {
      code.push(set(m + k, digitOf(get(column))));
      code.push(set(carry, shiftRightSigned(add(get(column), timesLowest(get(m + k))), LIMB_BITS)));
    } else {
      code.push(store(get(parameters - 1), 8 * (k - LIMBS), and(get(column), i64(MASK))));
      code.push(set(carry, shiftRightSigned(get(column), LIMB_BITS)));
    }
  }
  code.push(store(get(parameters - 1), 8 * (LIMBS - 1), get(carry)));
  return code.flat();
}

/**
 * Reads nine limbs below 2^62 in absolute value and writes normalised ones. `locals` is the first of two locals. The
 * value does not change.
 */
export function carried(
  limb: (i: number) => Code,
  { write, locals }: { write: (i: number, value: Code) => Code; locals: number },
): Code {
  const [carry, total] = [locals, locals + 1];
  return [
    ...set(carry, i64(0n)),
    ...each(LIMBS, (i) => {
      if (i === LIMBS - 1) return write(i, add(limb(i), get(carry)));
      return [
        ...set(total, add(limb(i), get(carry))),
        ...write(i, and(get(total), i64(MASK))),
        ...set(carry, shiftRightSigned(get(total), LIMB_BITS)),
      ];
    }),
  ];
}

/** Locals of type i64 that {@link reduced} needs. */
export const REDUCTION_LOCALS = 3;

/**
 * Reads nine limbs of a value between -169 and 169 with limbs below 2^36 in absolute value, and writes a normalised one
 * between -0.01 and 1.01. The code estimates a lower bound of the quotient from the topmost limb plus its incoming
 * carry, and subtracts that many multiples of p.
 */
export function reduced(
  modulus: bigint,
  limb: (i: number) => Code,
  { write, locals }: { write: (i: number, value: Code) => Code; locals: number },
): Code {
  const quotient = locals + 2;
  const top = add(limb(8), shiftRightSigned(limb(7), LIMB_BITS));
  const inverse = (1n << 40n) / (limbOf(modulus, 8) + 1n);
  return [
    ...set(quotient, shiftRightSigned(multiply(top, i64(inverse)), 40)),
    ...carried((i) => subtract(limb(i), multiply(get(quotient), i64(limbOf(modulus, i)))), { write, locals }),
  ];
}

/** The limb `i` of the 256-bit little-endian integer at `words`. */
export function limbOfWords(words: Code, i: number): Code {
  const [word, bit] = [Math.floor((i * LIMB_BITS) / 64), (i * LIMB_BITS) % 64];
  const low = shiftRight(load(words, 8 * word), bit);
  const crosses = bit + LIMB_BITS > 64 && word < 3;
  return and(crosses ? or(low, shiftLeft(load(words, 8 * word + 8), 64 - bit)) : low, i64(MASK));
}

/** Word `w` of the normalised, non-negative integer whose limbs stand at `element`. */
export function wordOfLimbs(element: Code, w: number): Code {
  const parts: Code[] = [];
  for (let i = 0; i < LIMBS; i++) {
    const bit = i * LIMB_BITS - 64 * w;
    const limb = load(element, 8 * i);
    if (bit > -LIMB_BITS && bit < 0) parts.push(shiftRight(limb, -bit));
    else if (bit >= 0 && bit < 64) parts.push(shiftLeft(limb, bit));
  }
  return parts.reduce(or);
}

/** Writes a 256-bit little-endian integer. */
export function writeWords(memory: DataView, at: number, value: bigint): void {
  for (let word = 0; word < 4; word++) {
    memory.setBigUint64(at + 8 * word, value >> BigInt(64 * word), true);
  }
}

/** Reads a 256-bit little-endian integer. */
export function readWords(memory: DataView, at: number): bigint {
  const high = (memory.getBigUint64(at + 24, true) << 64n) | memory.getBigUint64(at + 16, true);
  return (high << 128n) | (memory.getBigUint64(at + 8, true) << 64n) | memory.getBigUint64(at, true);
}

/** Writes the limbs of an integer. */
export function writeLimbs(memory: DataView, at: number, value: bigint): void {
  for (let i = 0; i < LIMBS; i++) memory.setBigInt64(at + 8 * i, limbOf(value, i), true);
}
