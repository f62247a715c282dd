import { FIELD_MODULUS } from "./field.ts";
import {
  ELEMENT,
  each,
  LIMB_BITS,
  LIMBS,
  limbOfWords,
  MASK,
  montgomeryProduct,
  PRODUCT_LOCALS,
  R,
  readWords,
  reduced,
  wordOfLimbs,
  writeLimbs,
  writeWords,
} from "./montgomery.ts";
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
  set,
  shiftLeft,
  shiftRight,
  store,
  type WasmFunction,
} from "./wasmAssembler.ts";

/*
 * Poseidon2 in WebAssembly, with the field elements of montgomery.ts. None is negative here. The comments state bounds
 * as multiples of p.
 */

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
    ...reduced(FIELD_MODULUS, sumLimb, { write: (i, value) => store(i32(SUM), 8 * i, value), locals: 1 }),
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
    return reduced(FIELD_MODULUS, (i) => load(i32(STATE), at(i)), {
      write: (i, value) => store(i32(STATE), at(i), value),
      locals: 1,
    });
  });
}

/** Parameters: words, result. Converts a canonical integer to Montgomery form. Bound: below 2. */
function loadWords(): Code {
  return [
    ...each(LIMBS, (i) => store(get(1), 8 * i, limbOfWords(get(0), i))),
    ...call(FUNCTION.multiply, get(1), i32(R_SQUARED), get(1)),
  ];
}

/** Parameters: element, words. Converts an element out of Montgomery form. The result is at most p. */
function saveWords(): Code {
  return [
    ...call(FUNCTION.multiply, get(0), i32(ONE), i32(SCRATCH)),
    ...each(4, (w) => store(get(1), 8 * w, wordOfLimbs(i32(SCRATCH), w))),
  ];
}

const FUNCTIONS: readonly WasmFunction[] = [
  { name: "multiply", parameters: 3, i64Locals: PRODUCT_LOCALS, code: montgomeryProduct(FIELD_MODULUS, false) },
  { name: "square", parameters: 2, i64Locals: PRODUCT_LOCALS, code: montgomeryProduct(FIELD_MODULUS, true) },
  {
    name: "power",
    parameters: 2,
    i64Locals: 0,
    code: [
      ...call(FUNCTION.square, get(0), i32(SCRATCH)),
      ...call(FUNCTION.square, i32(SCRATCH), i32(FOURTH)),
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
  function putMontgomery(at: number, values: readonly bigint[]) {
    values.forEach((value, i) => void writeLimbs(memory, at + i * ELEMENT, (value * R) % FIELD_MODULUS));
  }
  writeLimbs(memory, R_SQUARED, (R * R) % FIELD_MODULUS);
  writeLimbs(memory, ONE, 1n);
  putMontgomery(DIAGONAL, INTERNAL_DIAGONAL);
  putMontgomery(INTERNAL, INTERNAL_CONSTANTS);
  putMontgomery(EXTERNAL, EXTERNAL_CONSTANTS.flat());
}

/** Sets element `index` (0..3) of the state to a canonical field element. */
export function setElement(index: number, value: bigint): void {
  writeWords(memory, WORDS, value);
  kernel.load(WORDS, STATE + index * ELEMENT);
}

/** Adds a canonical field element to an element of the state. Allowed at most once between two permutations. */
export function addToElement(index: number, value: bigint): void {
  writeWords(memory, WORDS, value);
  kernel.load(WORDS, SUM);
  kernel.carryAdd(STATE + index * ELEMENT, SUM, STATE + index * ELEMENT);
}

/** Reads an element of the state in canonical form. */
export function getElement(index: number): bigint {
  kernel.save(STATE + index * ELEMENT, WORDS);
  const value = readWords(memory, WORDS);
  return value === FIELD_MODULUS ? 0n : value;
}

/** Applies the Poseidon2 permutation to the state. */
export function permute(): void {
  kernel.permute();
}
