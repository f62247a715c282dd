import { FIELD_MODULUS } from "../field.ts";
import { EXTERNAL_CONSTANTS, INTERNAL_CONSTANTS, INTERNAL_DIAGONAL } from "../poseidon2Constants.ts";
import {
  addI32,
  assembleModule,
  type Code,
  call,
  get,
  i32,
  loop,
  set,
  shuffle,
  vectorAdd,
  vectorAnd,
  vectorLoad,
  vectorOr,
  vectorShiftLeft,
  vectorShiftRight,
  vectorShiftRightSigned,
  vectorStore,
  type WasmFunction,
} from "../wasmAssembler.ts";
import {
  carriedSum,
  ELEMENT,
  interleave,
  LANE_CONSTANTS_END,
  LIMB_BITS,
  LIMBS,
  laneConstants,
  limbsOf,
  PRODUCT_LOCALS,
  product,
  R,
  REDUCTION_LOCALS,
  reducedSum,
  SHARED_LOCALS,
  SUM_LOCALS,
  sharedFrom,
  VECTOR,
} from "./lanes.ts";

/*
 * Poseidon2 for two states at once, one a lane. Each state is reduced below 0.51 before its S-boxes, whose results are
 * below 0.7. Products are computed two by two, so that neither waits for its own results.
 */

/** Groups that stand in memory at once: four elements each, of 32 bytes, big-endian. */
export const KERNEL_GROUPS = 128;
const FIELD = 32;
const GROUP = 4 * FIELD;

const STATE = LANE_CONSTANTS_END;
const SQUARES = STATE + 4 * ELEMENT;
const FOURTHS = SQUARES + 4 * ELEMENT;
const FIRST = FOURTHS + 4 * ELEMENT;
const INPUT = FIRST + ELEMENT;
const SUM = INPUT + ELEMENT;
const R_SQUARED = SUM + ELEMENT;
const ONE = R_SQUARED + ELEMENT;
const ZERO = ONE + ELEMENT;
const MODULUS = ZERO + ELEMENT;
const DIAGONAL = MODULUS + ELEMENT;
/** What is added behind each external round, four elements: behind the fourth one, the first internal constant. */
const EXTERNAL = DIAGONAL + 4 * ELEMENT;
/** What is added behind each internal round, one element: nothing behind the last one. */
const INTERNAL = EXTERNAL + 10 * 4 * ELEMENT;
const INTERNAL_END = INTERNAL + INTERNAL_CONSTANTS.length * ELEMENT;
const KERNEL_INPUTS: number = INTERNAL_END;
const KERNEL_OUTPUTS: number = KERNEL_INPUTS + KERNEL_GROUPS * GROUP;

const FUNCTION = {
  squares: 0,
  products: 1,
  squareAndProduct: 2,
  external: 3,
  internal: 4,
  sboxes: 5,
  read: 6,
  write: 7,
};

const each = (count: number, code: (index: number) => Code): Code =>
  Array.from({ length: count }, (_, i) => code(i)).flat();
const at = (index: number): Code => i32(STATE + index * ELEMENT);
const limbOf = (address: Code, limb: number): Code => vectorLoad(address, limb * VECTOR);

/** Two products at the same time. Parameters: of each, its factors and its result; a square has one factor. */
function pair(isSquare: readonly [boolean, boolean], parameters: number): Code {
  let parameter = 0;
  const shared = sharedFrom(parameters);
  const [first, second] = isSquare.map((square, i) => {
    const a = get(parameter++);
    const b = square ? {} : { b: get(parameter++) };
    return product({ a, ...b, result: get(parameter++) }, parameters + SHARED_LOCALS + i * PRODUCT_LOCALS, shared);
  });
  return [...shared.load, ...interleave(first!, second!)];
}

/** Parameters: constants. Applies the external matrix to the state, whose results are below 12, adds, and reduces. */
function externalMatrix(): Code {
  const shared = sharedFrom(1);
  const [reduction, locals] = [1 + SHARED_LOCALS, 1 + SHARED_LOCALS + REDUCTION_LOCALS];
  const rows: Code[][] = [];
  const sums: Code[] = [];
  for (let i = 0; i < LIMBS; i++) {
    const [ab, cd, bcd, abd, results] = [locals, locals + 1, locals + 2, locals + 3, locals + 4 + 4 * i];
    const element = (index: number) => limbOf(at(index), i);
    sums.push(set(ab, vectorAdd(element(0), element(1))), set(cd, vectorAdd(element(2), element(3))));
    sums.push(set(bcd, vectorAdd(vectorShiftLeft(element(1), 1), get(cd))));
    sums.push(set(abd, vectorAdd(vectorShiftLeft(element(3), 1), get(ab))));
    sums.push(set(results + 3, vectorAdd(vectorShiftLeft(get(cd), 2), get(abd))));
    sums.push(set(results + 1, vectorAdd(vectorShiftLeft(get(ab), 2), get(bcd))));
    sums.push(set(results, vectorAdd(get(abd), get(results + 1))));
    sums.push(set(results + 2, vectorAdd(get(bcd), get(results + 3))));
    rows.push([0, 1, 2, 3].map((index) => vectorAdd(get(results + index), limbOf(get(0), i + index * LIMBS))));
  }
  return [
    ...shared.load,
    ...sums.flat(),
    ...each(4, (index) => reducedSum((i) => rows[i]![index]!, at(index), reduction, shared)),
  ];
}
const EXTERNAL_LOCALS = SHARED_LOCALS + REDUCTION_LOCALS + 4 + 4 * LIMBS;

/** The fifth powers of all elements. */
function sboxes(): Code {
  const squares = (of: number, to: number) =>
    each(2, (i) => {
      const [a, b] = [2 * i * ELEMENT, (2 * i + 1) * ELEMENT];
      return call(FUNCTION.squares, i32(of + a), i32(to + a), i32(of + b), i32(to + b));
    });
  const products = each(2, (i) => {
    const [a, b] = [2 * i * ELEMENT, (2 * i + 1) * ELEMENT];
    const [x, y] = [i32(STATE + a), i32(STATE + b)];
    return call(FUNCTION.products, x, i32(FOURTHS + a), x, y, i32(FOURTHS + b), y);
  });
  return [...squares(STATE, SQUARES), ...squares(SQUARES, FOURTHS), ...products];
}

/**
 * Parameters: the constant of the next round. The first element's power is multiplied by its diagonal while the power
 * is computed, of which two products are left: of the fourth power by the element, and by the element's product.
 */
function internalRound(): Code {
  const [shared, locals] = [sharedFrom(1), 1 + SHARED_LOCALS];
  const [diagonal, next] = [(index: number) => i32(DIAGONAL + index * ELEMENT), i32(FOURTHS)];
  const [square, scaled, power] = [i32(SQUARES), i32(FIRST), i32(SQUARES + ELEMENT)];
  const others = [1, 2, 3].map((index) => i32(FOURTHS + index * ELEMENT));
  const sum = (i: number): Code =>
    [1, 2, 3].reduce((terms, index) => vectorAdd(terms, limbOf(at(index), i)), limbOf(power, i));
  const first = (i: number) => vectorAdd(vectorAdd(sum(i), limbOf(next, i)), limbOf(get(0), i));
  return [
    ...call(FUNCTION.squareAndProduct, at(0), square, at(0), diagonal(0), scaled),
    ...call(FUNCTION.squareAndProduct, square, next, at(1), diagonal(1), others[0]!),
    ...call(FUNCTION.products, next, at(0), power, next, scaled, next),
    ...call(FUNCTION.products, at(2), diagonal(2), others[1]!, at(3), diagonal(3), others[2]!),
    ...shared.load,
    ...reducedSum(first, at(0), locals, shared),
    ...reducedSum(sum, i32(SUM), locals + REDUCTION_LOCALS, shared),
    // Below 1.3: the sum, and a product of what was below 1.3 and of a diagonal below 0.5.
    ...each(3, (i) =>
      carriedSum(
        (limb) => vectorAdd(limbOf(others[i]!, limb), limbOf(i32(SUM), limb)),
        at(i + 1),
        locals + 2 * REDUCTION_LOCALS + i * SUM_LOCALS,
        shared,
      ),
    ),
  ];
}
const INTERNAL_LOCALS = SHARED_LOCALS + 2 * REDUCTION_LOCALS + 3 * SUM_LOCALS;

/** Bytes of a vector of two words, each big-endian in memory: the words at `from` of two vectors. */
const wordsAt = (from: 0 | 8): number[] => [
  ...Array.from({ length: 8 }, (_, i) => from + 7 - i),
  ...Array.from({ length: 8 }, (_, i) => 16 + from + 7 - i),
];

/** Parameters: a field, of which the other lane's stands a group behind, and the element to write. */
function read(): Code {
  const shared = sharedFrom(2);
  const words = 2 + SHARED_LOCALS;
  const word = (i: number): Code => get(words + i);
  const load = (i: number): Code => {
    const half = i < 2 ? VECTOR : 0;
    return shuffle(vectorLoad(get(0), half), vectorLoad(get(0), half + GROUP), wordsAt(i % 2 === 0 ? 8 : 0));
  };
  return [
    ...shared.load,
    ...each(4, (i) => set(words + i, load(i))),
    ...each(LIMBS, (i) => {
      const [first, shift] = [Math.floor((i * LIMB_BITS) / 64), (i * LIMB_BITS) % 64];
      const low = vectorShiftRight(word(first), shift);
      const crosses = shift + LIMB_BITS > 64 && first < 3;
      const whole = crosses ? vectorOr(low, vectorShiftLeft(word(first + 1), 64 - shift)) : low;
      return vectorStore(get(1), i * VECTOR, vectorAnd(whole, shared.mask));
    }),
    ...call(FUNCTION.products, get(1), i32(R_SQUARED), get(1), get(1), i32(R_SQUARED), i32(SQUARES)),
  ];
}

/** Parameters: an element below 2.6, and where its fields go, one behind the other. */
function write(): Code {
  const shared = sharedFrom(2);
  const [limbs, sign] = [2 + SHARED_LOCALS, 2 + SHARED_LOCALS + LIMBS];
  const limb = (i: number): Code => get(limbs + i);
  const word = (w: number): Code => {
    const parts: Code[] = [];
    for (let i = 0; i < LIMBS; i++) {
      const bit = i * LIMB_BITS - 64 * w;
      if (bit > -LIMB_BITS && bit < 0) parts.push(vectorShiftRight(limb(i), -bit));
      else if (bit >= 0 && bit < 64) parts.push(vectorShiftLeft(limb(i), bit));
    }
    return parts.reduce((a, b) => vectorOr(a, b));
  };
  const swapped = (lane: 0 | 1): number[] => [
    ...Array.from({ length: 8 }, (_, i) => 16 + 8 * lane + 7 - i),
    ...Array.from({ length: 8 }, (_, i) => 8 * lane + 7 - i),
  ];
  return [
    ...shared.load,
    ...call(FUNCTION.products, get(0), i32(ONE), i32(SUM), get(0), i32(ONE), i32(SQUARES)),
    // Between -p / 2 and p / 2: p is added to what is negative.
    ...set(sign, vectorShiftRightSigned(limbOf(i32(SUM), LIMBS - 1), 63)),
    ...carriedSum(
      (i) => vectorAdd(limbOf(i32(SUM), i), vectorAnd(get(sign), limbOf(i32(MODULUS), i))),
      i32(SUM),
      sign + 1,
      shared,
    ),
    ...each(LIMBS, (i) => set(limbs + i, limbOf(i32(SUM), i))),
    ...each(2, (lane) => [
      ...vectorStore(get(1), lane * FIELD, shuffle(word(2), word(3), swapped(lane as 0 | 1))),
      ...vectorStore(get(1), lane * FIELD + VECTOR, shuffle(word(0), word(1), swapped(lane as 0 | 1))),
    ]),
  ];
}

/**
 * Parameters: where the groups end, and the element that is added to the first one of each result. Permutes them two by
 * two.
 */
function permuteAll(): Code {
  const [end, added, group, round, output] = [0, 1, 2, 3, 4];
  const [shared, locals] = [sharedFrom(5), 5 + SHARED_LOCALS];
  const externalRounds = (from: number) =>
    loop(round, { from: EXTERNAL + from * 4 * ELEMENT, to: EXTERNAL + (from + 4) * 4 * ELEMENT, step: 4 * ELEMENT }, [
      ...call(FUNCTION.sboxes),
      ...call(FUNCTION.external, get(round)),
    ]);
  const constant = (index: number) => i32(EXTERNAL + (5 * 4 + index) * ELEMENT);
  const sum = (a: Code, b: Code) => (i: number) => vectorAdd(limbOf(a, i), limbOf(b, i));
  return [
    ...shared.load,
    ...set(output, i32(KERNEL_OUTPUTS)),
    ...loop(group, { from: KERNEL_INPUTS, to: get(end), step: 2 * GROUP }, [
      ...each(4, (i) => call(FUNCTION.read, addI32(get(group), i32(i * FIELD)), at(i))),
      ...each(LIMBS, (i) => vectorStore(i32(INPUT), i * VECTOR, limbOf(at(0), i))),
      ...call(FUNCTION.external, i32(EXTERNAL)),
      ...externalRounds(1),
      ...loop(round, { from: INTERNAL, to: INTERNAL_END, step: ELEMENT }, call(FUNCTION.internal, get(round))),
      ...each(4, (index) => reducedSum(sum(at(index), constant(index)), at(index), locals, shared)),
      ...externalRounds(6),
      ...carriedSum(sum(at(0), get(added)), at(0), locals, shared),
      ...call(FUNCTION.write, at(0), get(output)),
      ...set(output, addI32(get(output), i32(2 * FIELD))),
    ]),
  ];
}

/** Made when a kernel is: that takes longer than most programs want to wait for an import. */
const functions = (): readonly WasmFunction[] => [
  { name: "squares", parameters: 4, vectorLocals: SHARED_LOCALS + 2 * PRODUCT_LOCALS, code: pair([true, true], 4) },
  { name: "products", parameters: 6, vectorLocals: SHARED_LOCALS + 2 * PRODUCT_LOCALS, code: pair([false, false], 6) },
  {
    name: "squareAndProduct",
    parameters: 5,
    vectorLocals: SHARED_LOCALS + 2 * PRODUCT_LOCALS,
    code: pair([true, false], 5),
  },
  { name: "external", parameters: 1, vectorLocals: EXTERNAL_LOCALS, code: externalMatrix() },
  { name: "internal", parameters: 1, vectorLocals: INTERNAL_LOCALS, code: internalRound() },
  { name: "sboxes", parameters: 0, code: sboxes() },
  { name: "read", parameters: 2, vectorLocals: SHARED_LOCALS + 4, code: read() },
  { name: "write", parameters: 2, vectorLocals: SHARED_LOCALS + 2 * LIMBS + 1, code: write() },
  {
    name: "permuteAll",
    parameters: 2,
    i32Locals: 3,
    vectorLocals: SHARED_LOCALS + REDUCTION_LOCALS,
    code: permuteAll(),
  },
];

/** The kernel in memory of its own; undefined on a machine that has no relaxed vectors. */
export function createKernel() {
  const bytes = assembleModule(functions());
  const { memory, permuteAll } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as {
    readonly memory: WebAssembly.Memory;
    permuteAll(end: number, added: number): void;
  };
  writeConstants(new DataView(memory.buffer));
  const inputs = new Uint8Array(memory.buffer, KERNEL_INPUTS, KERNEL_GROUPS * GROUP);
  const outputs = new Uint8Array(memory.buffer, KERNEL_OUTPUTS, KERNEL_GROUPS * FIELD);
  return {
    inputs,
    outputs,
    run: (groups: number, feedForward: boolean) =>
      permuteAll(KERNEL_INPUTS + groups * GROUP, feedForward ? INPUT : ZERO),
  };
}

function writeConstants(memory: DataView): void {
  const putVector = (address: number, bits: bigint) => {
    for (const lane of [0, 8]) memory.setBigUint64(address + lane, BigInt.asUintN(64, bits), true);
  };
  const put = (address: number, value: bigint) => {
    for (const [i, limb] of limbsOf(value).entries()) putVector(address + i * VECTOR, limb);
  };
  const putAll = (address: number, values: readonly bigint[]) => {
    for (const [i, value] of values.entries()) put(address + i * ELEMENT, centred(value * R));
  };
  for (const [i, bits] of laneConstants.entries()) putVector(i * VECTOR, bits);
  put(R_SQUARED, centred(R * R));
  put(ONE, 1n);
  put(MODULUS, FIELD_MODULUS);
  putAll(DIAGONAL, INTERNAL_DIAGONAL);
  const zeros = [0n, 0n, 0n, 0n];
  const external = [
    ...EXTERNAL_CONSTANTS.slice(0, 4),
    [INTERNAL_CONSTANTS[0]!, 0n, 0n, 0n],
    ...EXTERNAL_CONSTANTS.slice(4),
    zeros,
  ];
  putAll(EXTERNAL, external.flat());
  putAll(INTERNAL, [...INTERNAL_CONSTANTS.slice(1), 0n]);
}

/** The number between -p / 2 and p / 2 that a value is congruent to. */
function centred(value: bigint): bigint {
  const rest = value % FIELD_MODULUS;
  return 2n * rest > FIELD_MODULUS ? rest - FIELD_MODULUS : rest;
}
