import { FIELD_MODULUS } from "./field.ts";
import { EXTERNAL_CONSTANTS, INTERNAL_CONSTANTS, INTERNAL_DIAGONAL } from "./poseidon2Constants.ts";
import {
  add,
  addI32,
  and,
  assembleModule,
  type Code,
  call,
  get,
  i32,
  i64,
  load,
  loop,
  multiply,
  or,
  set,
  shiftLeft,
  shiftRight,
  shiftRightSigned,
  store,
  subtract,
  type WasmFunction,
} from "./wasmAssembler.ts";

/*
 * Poseidon2 in WebAssembly. A field element is nine limbs of 29 bits, each in an i64, in Montgomery form with R =
 * 2^261. 18 products of limbs fit in 64 bits without a carry. R leaves room for values up to 169 times the modulus p.
 * The comments state bounds as multiples of p. A Montgomery product of a and b is below a * b / 169 + 1.
 */
const LIMBS = 9;
const LIMB_BITS = 29;
const MASK = (1n << BigInt(LIMB_BITS)) - 1n;
const R = 1n << BigInt(LIMBS * LIMB_BITS);
const ELEMENT = 8 * LIMBS;
const limbOf = (value: bigint, limb: number): bigint => (value >> BigInt(limb * LIMB_BITS)) & MASK;
const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i)).flat();

// Memory layout, in bytes. The WORDS area holds 256-bit little-endian integers, the format exchanged with JavaScript.
const WORDS = 0;
const STATE = 128;
const SCRATCH = STATE + 4 * ELEMENT;
const FOURTH = SCRATCH + ELEMENT;
const SUM = FOURTH + ELEMENT;
const R_SQUARED = SUM + ELEMENT;
const ONE = R_SQUARED + ELEMENT;
const DIAGONAL = ONE + ELEMENT;
const INTERNAL = DIAGONAL + 4 * ELEMENT;
const EXTERNAL = INTERNAL + INTERNAL_CONSTANTS.length * ELEMENT;
const EXTERNAL_HALF = EXTERNAL + 16 * ELEMENT;

const FUNCTION = { multiply: 0, square: 1, power: 2, carryAdd: 3, external: 4, load: 5, permute: 6, save: 7 };

/**
 * Parameters: a, b, result. Computes Montgomery's product column by column. The lowest 28 bits of p equal 1, so both
 * the quotient digit and its product with the lowest limb reduce to a shift.
 */
function montgomeryProduct(squares: boolean): Code {
  const [a, b, m, carry, column] = [3, 12, 21, 30, 31];
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
      terms.push(multiply(get(m + i), i64(limbOf(FIELD_MODULUS, k - i))));
    }
    if (k > 0) terms.push(get(carry));
    code.push(set(column, terms.reduce(add)));
    if (k < LIMBS) {
      const quotient = and(subtract(i64(0n), add(get(column), shiftLeft(get(column), 28))), i64(MASK));
      const product = add(get(m + k), shiftLeft(get(m + k), 28));
      code.push(set(m + k, quotient), set(carry, shiftRight(add(get(column), product), LIMB_BITS)));
    } else {
      code.push(store(get(2), 8 * (k - LIMBS), and(get(column), i64(MASK))));
      code.push(set(carry, shiftRight(get(column), LIMB_BITS)));
    }
  }
  code.push(store(get(2), 8 * (LIMBS - 1), get(carry)));
  return code.flat();
}

/** Parameters: a, b, result. Computes a + b and normalises the limbs below 2^29. The bounds of the values add up. */
function carryAdd(): Code {
  const carry = 3;
  const sum = (i: number): Code => add(add(load(get(0), 8 * i), load(get(1), 8 * i)), get(carry));
  return each(LIMBS, (i) => {
    if (i === LIMBS - 1) return store(get(2), 8 * i, sum(i));
    const total = 4;
    return [
      ...set(total, sum(i)),
      ...store(get(2), 8 * i, and(get(total), i64(MASK))),
      ...set(carry, shiftRight(get(total), LIMB_BITS)),
    ];
  });
}

/**
 * Applies the external matrix to the state in place. Outputs: limbs up to 2^33, values up to 16 times the largest
 * input.
 */
function externalMatrix(): Code {
  const [a, b, c, d, ab, cd, bcd, abd, last, second] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  return each(LIMBS, (i) => {
    const at = (element: number) => 8 * i + element * ELEMENT;
    return [
      ...[a, b, c, d].flatMap((local) => set(local, load(i32(STATE), at(local)))),
      ...set(ab, add(get(a), get(b))),
      ...set(cd, add(get(c), get(d))),
      ...set(bcd, add(shiftLeft(get(b), 1), get(cd))),
      ...set(abd, add(shiftLeft(get(d), 1), get(ab))),
      ...set(last, add(shiftLeft(get(cd), 2), get(abd))),
      ...set(second, add(shiftLeft(get(ab), 2), get(bcd))),
      ...store(i32(STATE), at(0), add(get(abd), get(second))),
      ...store(i32(STATE), at(1), get(second)),
      ...store(i32(STATE), at(2), add(get(bcd), get(last))),
      ...store(i32(STATE), at(3), get(last)),
    ];
  });
}

/**
 * Reads nine limbs of a value below 169 with limbs below 2^34, and writes limbs below 2^29 of a value below 2.1. The
 * function estimates a lower bound of the quotient from the topmost limb plus its incoming carry, and subtracts that
 * many multiples of p.
 */
function reduced(limb: (i: number) => Code, write: (i: number, value: Code) => Code, locals: number): Code {
  const [carry, total, quotient] = [locals, locals + 1, locals + 2];
  const top = add(limb(8), shiftRight(limb(7), LIMB_BITS));
  const inverse = (1n << 40n) / (limbOf(FIELD_MODULUS, 8) + 1n);
  return [
    ...set(quotient, shiftRight(multiply(top, i64(inverse)), 40)),
    ...set(carry, i64(0n)),
    ...each(LIMBS, (i) => {
      const rest = subtract(limb(i), multiply(get(quotient), i64(limbOf(FIELD_MODULUS, i))));
      if (i === LIMBS - 1) return write(i, add(rest, get(carry)));
      return [
        ...set(total, add(rest, get(carry))),
        ...write(i, and(get(total), i64(MASK))),
        ...set(carry, shiftRightSigned(get(total), LIMB_BITS)),
      ];
    }),
  ];
}

const element = (index: number): Code => i32(STATE + index * ELEMENT);

/** Four external rounds. `from` is the address of the round constants. */
function externalRounds(from: number): Code {
  // Bounds: at most 16 * 4.1 + 1 before the first power, then below 28 after the square, 5.6 after the fourth power,
  // 3.3 after the fifth power, 53 after the matrix, and lower in every later round.
  const round = each(4, (i) => [
    ...call(FUNCTION.carryAdd, element(i), addI32(get(0), i32(i * ELEMENT)), element(i)),
    ...call(FUNCTION.power, element(i), element(i)),
  ]);
  return loop(0, { from, to: from + 16 * ELEMENT, step: 4 * ELEMENT }, [...round, ...call(FUNCTION.external)]);
}

function internalRounds(): Code {
  const sumLimb = (i: number): Code => [0, 1, 2, 3].map((j) => load(i32(STATE), 8 * i + j * ELEMENT)).reduce(add);
  const first = [
    ...call(FUNCTION.carryAdd, element(0), get(0), element(0)),
    ...call(FUNCTION.power, element(0), element(0)),
    // Bound: the sum is below 2 + 3 * 4.1.
    ...reduced(sumLimb, (i, value) => store(i32(SUM), 8 * i, value), 1),
  ];
  // Bounds afterwards: each element is below 2 + 2.1, with limbs below 2^30.
  const others = each(4, (j) => [
    ...call(FUNCTION.multiply, element(j), i32(DIAGONAL + j * ELEMENT), element(j)),
    ...each(LIMBS, (i) => {
      const at = 8 * i + j * ELEMENT;
      return store(i32(STATE), at, add(load(i32(STATE), at), load(i32(SUM), 8 * i)));
    }),
  ]);
  return loop(0, { from: INTERNAL, to: EXTERNAL, step: ELEMENT }, [...first, ...others]);
}

function reduceState(): Code {
  return each(4, (j) => {
    const at = (i: number) => 8 * i + j * ELEMENT;
    return reduced(
      (i) => load(i32(STATE), at(i)),
      (i, value) => store(i32(STATE), at(i), value),
      1,
    );
  });
}

/** Parameters: words, result. Converts a canonical integer to Montgomery form. Bound: below 2. */
function loadWords(): Code {
  function limb(i: number): Code {
    const [word, bit] = [Math.floor((i * LIMB_BITS) / 64), (i * LIMB_BITS) % 64];
    const low = shiftRight(load(get(0), 8 * word), bit);
    const crosses = bit + LIMB_BITS > 64 && word < 3;
    return and(crosses ? or(low, shiftLeft(load(get(0), 8 * word + 8), 64 - bit)) : low, i64(MASK));
  }
  return [
    ...each(LIMBS, (i) => store(get(1), 8 * i, limb(i))),
    ...call(FUNCTION.multiply, get(1), i32(R_SQUARED), get(1)),
  ];
}

/** Parameters: element, words. Converts an element out of Montgomery form. The result is at most p. */
function saveWords(): Code {
  function word(w: number): Code {
    const parts: Code[] = [];
    for (let i = 0; i < LIMBS; i++) {
      const bit = i * LIMB_BITS - 64 * w;
      const limb = load(i32(SCRATCH), 8 * i);
      if (bit > -LIMB_BITS && bit < 0) parts.push(shiftRight(limb, -bit));
      else if (bit >= 0 && bit < 64) parts.push(shiftLeft(limb, bit));
    }
    return store(get(1), 8 * w, parts.reduce(or));
  }
  return [...call(FUNCTION.multiply, get(0), i32(ONE), i32(SCRATCH)), ...each(4, word)];
}

const FUNCTIONS: readonly WasmFunction[] = [
  { name: "multiply", parameters: 3, i64Locals: 29, code: montgomeryProduct(false) },
  { name: "square", parameters: 3, i64Locals: 29, code: montgomeryProduct(true) },
  {
    name: "power",
    parameters: 2,
    i64Locals: 0,
    code: [
      ...call(FUNCTION.square, get(0), get(0), i32(SCRATCH)),
      ...call(FUNCTION.square, i32(SCRATCH), i32(SCRATCH), i32(FOURTH)),
      ...call(FUNCTION.multiply, get(0), i32(FOURTH), get(1)),
    ],
  },
  { name: "carryAdd", parameters: 3, i64Locals: 2, code: carryAdd() },
  { name: "external", parameters: 0, i64Locals: 10, code: externalMatrix() },
  { name: "load", parameters: 2, i64Locals: 0, code: loadWords() },
  {
    name: "permute",
    parameters: 0,
    i32Locals: 1,
    i64Locals: 3,
    code: [
      ...call(FUNCTION.external),
      ...externalRounds(EXTERNAL),
      ...reduceState(),
      ...internalRounds(),
      ...externalRounds(EXTERNAL_HALF),
      ...reduceState(),
    ],
  },
  { name: "save", parameters: 2, i64Locals: 0, code: saveWords() },
];

type Exports = {
  readonly memory: WebAssembly.Memory;
  load(words: number, result: number): void;
  carryAdd(a: number, b: number, result: number): void;
  permute(): void;
  save(element: number, words: number): void;
};

const kernel = new WebAssembly.Instance(new WebAssembly.Module(assembleModule(FUNCTIONS)))
  .exports as unknown as Exports;
const memory = new DataView(kernel.memory.buffer);
writeConstants();

function writeConstants(): void {
  function put(at: number, value: bigint) {
    for (let i = 0; i < LIMBS; i++) memory.setBigUint64(at + 8 * i, limbOf(value, i), true);
  }
  function putMontgomery(at: number, values: readonly bigint[]) {
    values.forEach((value, i) => void put(at + i * ELEMENT, (value * R) % FIELD_MODULUS));
  }
  put(R_SQUARED, (R * R) % FIELD_MODULUS);
  put(ONE, 1n);
  putMontgomery(DIAGONAL, INTERNAL_DIAGONAL);
  putMontgomery(INTERNAL, INTERNAL_CONSTANTS);
  putMontgomery(EXTERNAL, EXTERNAL_CONSTANTS.flat());
}

/** Sets element `index` (0..3) of the state to a canonical field element. */
export function setElement(index: number, value: bigint): void {
  writeWords(value);
  kernel.load(WORDS, STATE + index * ELEMENT);
}

/** Adds a canonical field element to an element of the state. Allowed at most once between two permutations. */
export function addToElement(index: number, value: bigint): void {
  writeWords(value);
  kernel.load(WORDS, SUM);
  kernel.carryAdd(STATE + index * ELEMENT, SUM, STATE + index * ELEMENT);
}

/** Reads an element of the state in canonical form. */
export function getElement(index: number): bigint {
  kernel.save(STATE + index * ELEMENT, WORDS);
  const high = (memory.getBigUint64(WORDS + 24, true) << 64n) | memory.getBigUint64(WORDS + 16, true);
  const value = (high << 128n) | (memory.getBigUint64(WORDS + 8, true) << 64n) | memory.getBigUint64(WORDS, true);
  return value === FIELD_MODULUS ? 0n : value;
}

/** Applies the Poseidon2 permutation to the state. */
export function permute(): void {
  kernel.permute();
}

function writeWords(value: bigint): void {
  for (let word = 0; word < 4; word++) {
    memory.setBigUint64(WORDS + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
  }
}
