import { FIELD_MODULUS } from "../field.ts";
import {
  type Code,
  floatMultiplyAdd,
  floatSubtract,
  get,
  i32,
  set,
  vectorAdd,
  vectorAnd,
  vectorLoad,
  vectorShiftLeft,
  vectorShiftRight,
  vectorStore,
} from "../wasmAssembler.ts";

/*
 * Field elements in vectors of two lanes, one element a lane. An element is five limbs of 51 bits, each in an i64, in
 * Montgomery form with R = 2^255. The topmost limb has a sign, the others have none. The comments state bounds of
 * absolute values as multiples of the modulus p; R is 2.64 times p.
 *
 * Two limbs are multiplied as doubles. Their product has 102 bits: `a * b + HIGH`, rounded once, has the upper half of
 * the product as its last bits, and `a * b + (HIGH + LOW - that)` the lower half, which is exact and may be negative.
 * The bits of both are added as integers, and what the constants contribute is taken away.
 */
export const LIMBS = 5;
export const LIMB_BITS = 51;
const MASK = (1n << BigInt(LIMB_BITS)) - 1n;
export const R: bigint = 1n << BigInt(LIMBS * LIMB_BITS);
/** A vector, and an element in both lanes, in bytes. */
export const VECTOR = 16;
export const ELEMENT: number = LIMBS * VECTOR;

/** The last bit of doubles near this one is 2^51, whatever product of limbs is added. */
const HIGH = 1.5 * 2 ** 103;
/** The last bit of doubles near this one is 1, whatever limb is added. */
const LOW = 1.5 * 2 ** 52;
/** Added to a column, so that its sum is never negative, and taken from the next one. */
const BIAS = 16n;

/** The integer whose bits a double has. */
function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The limbs of a number of either sign: the topmost one takes what is left. */
export function limbsOf(value: bigint): bigint[] {
  return Array.from({ length: LIMBS }, (_, i) => {
    const rest = value >> BigInt(i * LIMB_BITS);
    return i === LIMBS - 1 ? rest : rest & MASK;
  });
}

/** Vectors in memory, each with the same number in both lanes, and where they stand: from address 0 on. */
const constants: bigint[] = [];

function constant(bits: bigint): Code {
  const known = constants.indexOf(BigInt.asUintN(64, bits));
  const index = known >= 0 ? known : constants.push(BigInt.asUintN(64, bits)) - 1;
  return vectorLoad(i32(0), index * VECTOR);
}

/** What has to stand in memory for the code that was made so far. */
export const laneConstants: readonly bigint[] = constants;
export const LANE_CONSTANTS_END: number = 96 * VECTOR;

const modulusLimbs = limbsOf(FIELD_MODULUS);
/** What every product needs, in locals from the first vector on. A load at each use takes longer. */
const SHARED = [MASK, bitsOf(HIGH), bitsOf(LOW), bitsOf(HIGH + LOW), bitsOf(Number(negatedInverse()))]
  .concat(modulusLimbs.map((limb) => bitsOf(Number(limb))))
  .map(constant);
export const SHARED_LOCALS: number = SHARED.length;
export type Shared = ReturnType<typeof sharedFrom>;

export function sharedFrom(first: number) {
  const [mask, high, low, highAndLow, inverse, ...modulus] = SHARED.map((_, i) => get(first + i)) as [
    Code,
    Code,
    Code,
    Code,
    Code,
    ...Code[],
  ];
  return { load: SHARED.flatMap((value, i) => set(first + i, value)), mask, high, low, highAndLow, inverse, modulus };
}

/** -1 / p modulo 2^51. */
function negatedInverse(): bigint {
  let inverse = 1n;
  for (let known = 1; known < LIMB_BITS; known *= 2) inverse = (inverse * (2n - FIELD_MODULUS * inverse)) & MASK;
  return -inverse & MASK;
}

/** Statements, to be put between those of something else that is computed at the same time. */
export type Statements = readonly Code[];

/** Puts statements of both between one another, so that neither waits for its own results. */
export function interleave(a: Statements, b: Statements): Code {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  let taken = 0;
  return long.flatMap((statement, i) => {
    const until = Math.round(((i + 1) * short.length) / long.length);
    const others = short.slice(taken, until).flat();
    taken = until;
    return [...statement, ...others];
  });
}

/** Sums of products by the weight of their limb, in locals. */
function columnsFrom(first: number, temporary: number, { high, highAndLow }: Shared) {
  const started = new Set<number>();
  const add = (column: number, value: Code): Code => {
    const isFirst = !started.has(column);
    started.add(column);
    return set(first + column, isFirst ? value : vectorAdd(get(first + column), value));
  };
  return {
    add,
    at: (column: number): Code => get(first + column),
    has: (column: number): boolean => started.has(column),
    /** Adds the product of two doubles that stands at a column. */
    addProduct: (column: number, a: Code, b: Code): Code[] => [
      set(temporary, floatMultiplyAdd(a, b, high)),
      add(column, floatMultiplyAdd(a, b, floatSubtract(highAndLow, get(temporary)))),
      add(column + 1, get(temporary)),
    ],
  };
}

/** What a column begins with: a bias, less what the constants of its products, and of those before, contribute. */
function beginOfColumn(
  column: number,
  products: { readonly count: (column: number) => number; readonly last: number },
) {
  const [lower, upper] = [products.count(column), column === 0 ? 0 : products.count(column - 1)];
  const bias = (column < products.last ? BIAS << BigInt(LIMB_BITS) : 0n) - (column > 0 ? BIAS : 0n);
  return constant(bias - BigInt(lower) * bitsOf(LOW) - BigInt(upper) * bitsOf(HIGH));
}

/** A limb, or the bits of a number as small as one, as a double. */
const toDouble = (value: Code, { low }: Shared): Code => floatSubtract(vectorAdd(value, low), low);

/** Reads the limbs of an element as doubles into locals. */
function readLimbs(address: Code, first: number, shared: Shared): Code[] {
  return Array.from({ length: LIMBS }, (_, i) => set(first + i, toDouble(vectorLoad(address, i * VECTOR), shared)));
}

/** The last column of a product. */
const LAST = 2 * LIMBS - 1;
/** How many locals a product takes. */
export const PRODUCT_LOCALS: number = 7 * LIMBS + 1;

/**
 * A Montgomery product of elements below 2.64: below a * b / 2.64 + 0.51. The square of `a` without `b`. Columns are
 * finished one after the other, so that few are in use at a time.
 */
export function product(
  { a, b, result }: { readonly a: Code; readonly b?: Code; readonly result: Code },
  locals: number,
  shared: Shared,
): Statements {
  const [left, right, digits] = [locals, locals + LIMBS, locals + 2 * LIMBS];
  const [temporary, columns, halves] = [digits + LIMBS, digits + LIMBS + 1, digits + 3 * LIMBS + 1];
  const sums = columnsFrom(columns, temporary, shared);
  const mixed = columnsFrom(halves, temporary, shared);
  const code: Code[] = readLimbs(a, left, shared);
  if (b !== undefined) code.push(...readLimbs(b, right, shared));
  // A product of limbs, and one of a digit and the modulus.
  const count = (column: number) => 2 * Math.min(column + 1, LAST - column);
  for (let column = 0; column <= LAST; column++) {
    code.push(sums.add(column, beginOfColumn(column, { count, last: LAST })));
    for (let i = Math.max(0, column - LIMBS + 1); i <= Math.min(column, LIMBS - 1); i++) {
      const j = column - i;
      if (b !== undefined) code.push(...sums.addProduct(column, get(left + i), get(right + j)));
      else if (i < j) code.push(...mixed.addProduct(column, get(left + i), get(left + j)));
      else if (i === j) code.push(...sums.addProduct(column, get(left + i), get(left + i)));
    }
    if (b === undefined && mixed.has(column)) code.push(sums.add(column, vectorShiftLeft(mixed.at(column), 1)));
    for (let i = Math.max(0, column - LIMBS + 1); i < Math.min(column, LIMBS); i++)
      code.push(...sums.addProduct(column, get(digits + i), shared.modulus[column - i]!));
    if (column < LIMBS) {
      const digit = digits + column;
      code.push(set(digit, toDouble(vectorAnd(sums.at(column), shared.mask), shared)));
      code.push(set(temporary, floatMultiplyAdd(get(digit), shared.inverse, shared.high)));
      const rest = floatSubtract(shared.highAndLow, get(temporary));
      code.push(set(digit, floatSubtract(floatMultiplyAdd(get(digit), shared.inverse, rest), shared.low)));
      code.push(...sums.addProduct(column, get(digit), shared.modulus[0]!));
    }
    const limb = (column - LIMBS) * VECTOR;
    if (column === LAST) code.push(vectorStore(result, limb, sums.at(column)));
    else {
      if (column >= LIMBS) code.push(vectorStore(result, limb, vectorAnd(sums.at(column), shared.mask)));
      code.push(sums.add(column + 1, vectorShiftRight(sums.at(column), LIMB_BITS)));
    }
  }
  return code;
}

/** Carries from limb to limb, of which all but the topmost are not negative, and writes them. */
function writeCarried(localOf: (limb: number) => number, result: Code, { mask }: Shared): Code[] {
  return Array.from({ length: LIMBS }, (_, i): Code => {
    const limb = get(localOf(i));
    if (i === LIMBS - 1) return vectorStore(result, i * VECTOR, limb);
    return [
      ...vectorStore(result, i * VECTOR, vectorAnd(limb, mask)),
      ...set(localOf(i + 1), vectorAdd(get(localOf(i + 1)), vectorShiftRight(limb, LIMB_BITS))),
    ];
  });
}

/** Locals of {@link carriedSum}. */
export const SUM_LOCALS: number = LIMBS;

/** Sums limb by limb, with carries. All limbs but the topmost are not negative. */
export function carriedSum(limbAt: (i: number) => Code, result: Code, locals: number, shared: Shared): Code {
  const sums = Array.from({ length: LIMBS }, (_, i) => set(locals + i, limbAt(i)));
  return [...sums, ...writeCarried((i) => locals + i, result, shared)].flat();
}

/** Locals of {@link reducedSum}. */
export const REDUCTION_LOCALS: number = LIMBS + 3;

/** The topmost limb of a sum is divided by 16 before it is made a double, which has no room for it otherwise. */
const TOP_BITS = 4;
const TOP_OFFSET = 1n << 56n;
const PER_TOP = constant(bitsOf(-(2 ** TOP_BITS) / Number(modulusLimbs[LIMBS - 1]!)));

/** A sum below 20 with limbs below 2^56, reduced below 0.51 by a multiple of p that its topmost limb tells. */
export function reducedSum(limbAt: (i: number) => Code, result: Code, locals: number, shared: Shared): Code {
  const [temporary, quotient] = [locals + LIMBS + 1, locals + LIMBS + 2];
  const sums = columnsFrom(locals, temporary, shared);
  const top = vectorShiftRight(vectorAdd(limbAt(LIMBS - 1), constant(TOP_OFFSET)), TOP_BITS);
  const topDouble = toDouble(vectorAdd(top, constant(-(TOP_OFFSET >> BigInt(TOP_BITS)))), shared);
  const code: Code[] = [set(quotient, floatSubtract(floatMultiplyAdd(topDouble, PER_TOP, shared.low), shared.low))];
  const count = (column: number) => Number(column < LIMBS);
  for (let i = 0; i <= LIMBS; i++) code.push(sums.add(i, beginOfColumn(i, { count, last: LIMBS })));
  for (let i = 0; i < LIMBS; i++) code.push(sums.add(i, limbAt(i)));
  for (let j = 0; j < LIMBS; j++) code.push(...sums.addProduct(j, get(quotient), shared.modulus[j]!));
  // The sum has no limb above the topmost one.
  code.push(sums.add(LIMBS - 1, vectorShiftLeft(sums.at(LIMBS), LIMB_BITS)));
  return [...code, ...writeCarried((i) => locals + i, result, shared)].flat();
}
