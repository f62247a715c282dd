import { ELEMENT, each, LIMBS } from "../montgomery.ts";
import {
  add,
  addI32,
  and,
  type Code,
  call,
  get,
  i32,
  i64,
  load,
  loop,
  or,
  set,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  store,
  subtract,
  xor,
} from "../wasmAssembler.ts";
import {
  copy,
  FUNCTION,
  lazySum,
  minus,
  offset,
  plus,
  product,
  reducedSum,
  type Sum,
  square,
  temporary,
} from "./fieldCode.ts";
import {
  AFFINE_POINT,
  ONE_IN_MONTGOMERY_FORM,
  RESULT,
  SCALAR,
  SELECTED,
  TABLE,
  TABLE_MULTIPLES,
  TABLE_WINDOWS,
} from "./layout.ts";

type Curve = { readonly modulus: bigint; readonly b: bigint };

const [x, y, z] = [i32(RESULT), i32(RESULT + ELEMENT), i32(RESULT + 2 * ELEMENT)];
const [t0, t1, t2, t3, t4, t5, t6, t7] = Array.from({ length: 8 }, (_, i) => temporary(i)) as [
  Code,
  Code,
  Code,
  Code,
  Code,
  Code,
  Code,
  Code,
];

/**
 * Doubles the result by the complete formula of Renes, Costello and Batina (2015/1060, algorithm 9): constant-time.
 * Three locals of type i64.
 */
export function doubleResult({ modulus, b }: Curve): Code {
  const reduce = (sum: Sum, result: Code) => reducedSum(modulus, { sum, result, locals: 0 });
  const triple = Number(3n * b);
  return [
    ...square(y, t0),
    ...product(y, z, t1),
    ...square(z, t2),
    ...product(x, y, t3),
    // t2 = 3b z^2, t4 = 8 y^2, t5 = y^2 + t2, t6 = y^2 - 3 t2
    ...reduce([[triple, t2]], t2),
    ...reduce([[8, t0]], t4),
    ...lazySum(plus(t0, t2), t5),
    ...reduce(
      [
        [1, t0],
        [-3, t2],
      ],
      t6,
    ),
    ...product(t1, t4, z),
    ...product(t2, t4, t2),
    ...product(t5, t6, t5),
    ...reduce(plus(t2, t5), y),
    ...product(t3, t6, t3),
    ...reduce([[2, t3]], x),
  ];
}

/**
 * Parameters: an affine point that is not neutral, whose limbs may be negative. Adds it to the result by the complete
 * formula of Renes, Costello and Batina (2015/1060, algorithm 8): constant-time. Three locals of type i64.
 */
export function addToResult({ modulus, b }: Curve): Code {
  const reduce = (sum: Sum, result: Code) => reducedSum(modulus, { sum, result, locals: 1 });
  const triple = Number(3n * b);
  const [x2, y2] = [get(0), offset(get(0), ELEMENT)];
  return [
    ...product(x, x2, t0),
    ...product(y, y2, t1),
    // t3 = x y2 + y x2, t4 = y2 z + y, t5 = 3b (x2 z + x), t2 = 3b z
    ...reduce(plus(x, y), t3),
    ...lazySum(plus(x2, y2), t4),
    ...product(t3, t4, t3),
    ...reduce([...minus(t3, t0), [-1, t1]], t3),
    ...product(y2, z, t4),
    ...reduce(plus(t4, y), t4),
    ...product(x2, z, t5),
    ...reduce(
      [
        [triple, t5],
        [triple, x],
      ],
      t5,
    ),
    ...reduce([[triple, z]], t2),
    // t0 = 3 x x2, t6 = y y2 + t2, t1 = y y2 - t2
    ...reduce([[3, t0]], t0),
    ...lazySum(plus(t1, t2), t6),
    ...lazySum(minus(t1, t2), t1),
    ...product(t3, t1, x),
    ...product(t4, t5, t7),
    ...reduce(minus(x, t7), x),
    ...product(t6, t1, y),
    ...product(t5, t0, t7),
    ...reduce(plus(y, t7), y),
    ...product(t6, t4, z),
    ...product(t0, t3, t7),
    ...reduce(plus(z, t7), z),
  ];
}

/** The result becomes neutral. */
export const clearResult: Code = [
  ...each(3 * LIMBS, (i) => store(i32(RESULT), 8 * i, i64(0n))),
  ...copy(i32(ONE_IN_MONTGOMERY_FORM), y, 1),
];

/** Parameters: an affine point, which becomes the result. Neutral: two coordinates that are 0 modulo p. */
export const resultToAffine: Code = [
  ...call(FUNCTION.invert, z, t1),
  ...product(x, t1, get(0)),
  ...product(y, t1, offset(get(0), ELEMENT)),
];

// Locals of `multiplyGenerator`: two of type i32, thirteen of type i64.
const [table, window] = [0, 1] as const;
const [word, digit, sign, index, carry, masks] = [2, 3, 4, 5, 6, 7] as const;

/**
 * Multiplies the generator by the scalar in `[0, order)` whose words stand at SCALAR: constant-time, without a branch
 * or an address that depends on the scalar. The scalar is made odd by adding the odd order to an even one, and read as
 * 64 odd digits between -15 and 15. With h = scalar / 2 and its windows e of four bits, a digit is 2e - 15; the topmost
 * one is 2e + 1, for which bit 255 of h is set. Each window reads all its multiples and masks the others.
 */
export function multiplyGenerator(order: bigint): Code {
  const round = [
    ...set(digit, and(get(word), i64(15n))),
    ...set(word, shiftRight(get(word), 4)),
    ...set(sign, subtract(shiftRight(get(digit), 3), i64(1n))),
    ...set(index, and(xor(get(digit), get(sign)), i64(7n))),
    ...selectMultiple(),
    ...call(FUNCTION.addMixed, i32(SELECTED)),
    ...set(table, addI32(get(table), i32(TABLE_MULTIPLES * AFFINE_POINT))),
  ];
  return [
    ...clearResult,
    ...halveOdd(order),
    ...set(table, i32(TABLE)),
    ...each(4, (i) => [
      ...set(word, load(i32(SCALAR), 8 * i)),
      ...loop(window, { from: 0, to: TABLE_WINDOWS / 4, step: 1 }, round),
    ]),
  ];
}

/** Makes the scalar odd, halves it and sets bit 255. Words are added in halves, so that carries need no comparison. */
function halveOdd(order: bigint): Code {
  const lower = i64(0xffff_ffffn);
  return [
    ...set(sign, subtract(and(load(i32(SCALAR), 0), i64(1n)), i64(1n))),
    ...set(carry, i64(0n)),
    ...each(4, (i) => {
      const old = load(i32(SCALAR), 8 * i);
      const added = and(i64(order >> BigInt(64 * i)), get(sign));
      return [
        ...set(word, add(add(and(old, lower), and(added, lower)), get(carry))),
        ...set(digit, add(add(shiftRight(old, 32), shiftRight(added, 32)), shiftRight(get(word), 32))),
        ...set(carry, shiftRight(get(digit), 32)),
        ...store(i32(SCALAR), 8 * i, or(and(get(word), lower), shiftLeft(get(digit), 32))),
      ];
    }),
    ...each(4, (i) => {
      const high = i === 3 ? i64(1n << 63n) : shiftLeft(load(i32(SCALAR), 8 * i + 8), 63);
      return store(i32(SCALAR), 8 * i, or(shiftRight(load(i32(SCALAR), 8 * i), 1), high));
    }),
  ];
}

/** Writes the multiple at `index` of the window's, negated where `sign` is -1. */
function selectMultiple(): Code {
  return [
    // A mask is -1 for the index itself: only there is (index ^ j) - 1 negative.
    ...each(TABLE_MULTIPLES, (j) =>
      set(masks + j, shiftRightSigned(subtract(xor(get(index), i64(BigInt(j))), i64(1n)), 63)),
    ),
    ...each(2 * LIMBS, (i) => {
      const limb = Array.from({ length: TABLE_MULTIPLES }, (_, j) =>
        and(load(get(table), j * AFFINE_POINT + 8 * i), get(masks + j)),
      ).reduce(or);
      return store(i32(SELECTED), 8 * i, i < LIMBS ? limb : subtract(xor(limb, get(sign)), get(sign)));
    }),
  ];
}
