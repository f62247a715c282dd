import { ELEMENT, each, LIMBS, limbOf, MASK } from "../montgomery.ts";
import {
  addI32,
  and,
  type Code,
  call,
  differI32,
  equal,
  equalI32,
  get,
  i32,
  i64,
  load,
  loadI32,
  loop,
  or,
  orI32,
  repeat,
  set,
  store,
  storeI64AsI32,
  subtract,
  when,
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
import { ONE_IN_MONTGOMERY_FORM, PAIR, PAIRS, SLOT, SLOT_KIND, SLOT_PRODUCT, SLOTS } from "./layout.ts";

/** Kinds of additions: of two points on a line, of a point to itself, and those that need no formula. */
const KIND = { chord: 0, tangent: 1, takeLeft: 2, takeRight: 3, neutral: 4 } as const;

const setKind = (slot: Code, kind: keyof typeof KIND): Code => storeI64AsI32(slot, SLOT_KIND, i64(BigInt(KIND[kind])));
const difference = (a: Code, b: Code, coordinate: number): Sum => minus(offset(b, coordinate), offset(a, coordinate));

/** The i32 1 if the reduced element is 0 modulo p. */
function isMultipleOf(modulus: bigint, element: Code): Code {
  const differences = (value: bigint) =>
    Array.from({ length: LIMBS }, (_, i) => xor(load(element, 8 * i), i64(limbOf(value, i)))).reduce(or);
  return orI32(equal(differences(0n), i64(0n)), equal(differences(modulus), i64(0n)));
}

/** No point on the curve has the y coordinate 0: the group's order is odd. */
const isNeutral = (point: Code): Code =>
  equal(Array.from({ length: LIMBS }, (_, i) => load(point, ELEMENT + 8 * i)).reduce(or), i64(0n));

/** Parameters: a, b, slot. Writes kind and divisor of an addition of any kind. Three locals of type i64. */
export function classify(modulus: bigint): Code {
  const [a, b, slot] = [get(0), get(1), get(2)];
  const withoutFormula = (kind: keyof typeof KIND): Code => [
    ...copy(i32(ONE_IN_MONTGOMERY_FORM), slot, 1),
    ...setKind(slot, kind),
  ];
  const y = offset(a, ELEMENT);
  const sameX = [
    ...reducedSum(modulus, { sum: difference(a, b, ELEMENT), result: temporary(0), locals: 3 }),
    ...when(
      isMultipleOf(modulus, temporary(0)),
      [...lazySum(plus(y, y), slot), ...setKind(slot, "tangent")],
      withoutFormula("neutral"),
    ),
  ];
  const bothOnCurve = [
    ...reducedSum(modulus, { sum: difference(a, b, 0), result: temporary(0), locals: 3 }),
    ...when(isMultipleOf(modulus, temporary(0)), sameX, [
      ...lazySum(difference(a, b, 0), slot),
      ...setKind(slot, "chord"),
    ]),
  ];
  return when(isNeutral(a), withoutFormula("takeRight"), when(isNeutral(b), withoutFormula("takeLeft"), bothOnCurve));
}

// Locals of `addPairs`: five of type i32, four of type i64.
const [list, slot, a, b, result] = [1, 2, 3, 4, 5] as const;
const [low, reduction] = [6, 7] as const;
const addresses: Code = [
  ...set(a, loadI32(get(list), 0)),
  ...set(b, loadI32(get(list), 4)),
  ...set(result, loadI32(get(list), 8)),
];
const [running, slope] = [temporary(1), temporary(2)];

/**
 * Parameters: the end of the list of pairs. Adds affine points, each on the curve or neutral, with one inversion. The
 * first pass multiplies all divisors; the second one, from the end, takes each one's inverse from the inverse of the
 * product. A sum may take the place of a point of its own pair. Not constant-time.
 */
export function addPairs(modulus: bigint): Code {
  return [
    ...copy(i32(ONE_IN_MONTGOMERY_FORM), running, 1),
    ...set(slot, i32(SLOTS)),
    ...loop(list, { from: PAIRS, to: get(0), step: PAIR }, collectDivisor(modulus)),
    ...call(FUNCTION.invert, running, running),
    ...repeat(addPair(modulus), differI32(get(list), i32(PAIRS))),
  ];
}

function collectDivisor(modulus: bigint): Code {
  // The lowest limb sorts out nearly all additions that are chords: differences are between -1.02 and 1.02.
  const lowest = limbOf(modulus, 0);
  const mayBeOther = [
    equal(get(low), i64(0n)),
    equal(get(low), i64(lowest)),
    equal(get(low), i64(MASK + 1n - lowest)),
    equal(load(get(a), ELEMENT), i64(0n)),
    equal(load(get(b), ELEMENT), i64(0n)),
  ].reduce(orI32);
  return [
    ...addresses,
    ...set(low, and(subtract(load(get(b), 0), load(get(a), 0)), i64(MASK))),
    ...when(mayBeOther, call(FUNCTION.classify, get(a), get(b), get(slot)), [
      ...lazySum(difference(get(a), get(b), 0), get(slot)),
      ...setKind(get(slot), "chord"),
    ]),
    ...copy(running, offset(get(slot), SLOT_PRODUCT), 1),
    ...product(running, get(slot), running),
    ...set(slot, addI32(get(slot), i32(SLOT))),
  ];
}

/** Before: `running` is the inverse of the product of all divisors up to this pair's. */
function addPair(modulus: bigint): Code {
  const is = (kind: keyof typeof KIND) => equalI32(loadI32(get(slot), SLOT_KIND), i32(KIND[kind]));
  const numerator = temporary(3);
  return [
    ...set(list, addI32(get(list), i32(-PAIR))),
    ...set(slot, addI32(get(slot), i32(-SLOT))),
    ...addresses,
    ...product(running, offset(get(slot), SLOT_PRODUCT), slope),
    ...product(running, get(slot), running),
    ...when(
      is("chord"),
      lazySum(difference(get(a), get(b), ELEMENT), numerator),
      when(is("tangent"), [
        ...square(get(a), numerator),
        ...reducedSum(modulus, { sum: [[3, numerator]], result: numerator, locals: reduction }),
      ]),
    ),
    ...when(
      orI32(is("chord"), is("tangent")),
      addAlong(modulus, numerator),
      when(
        is("takeLeft"),
        copy(get(a), get(result), 2),
        when(
          is("takeRight"),
          copy(get(b), get(result), 2),
          each(2 * LIMBS, (i) => store(get(result), 8 * i, i64(0n))),
        ),
      ),
    ),
  ];
}

/** The sum along the line whose slope has this numerator. Before: `slope` is the inverse of its divisor. */
function addAlong(modulus: bigint, numerator: Code): Code {
  const [x, y, difference] = [temporary(5), temporary(6), temporary(3)];
  const squared = temporary(4);
  return [
    ...product(numerator, slope, slope),
    ...square(slope, squared),
    ...copy(get(a), x, 2),
    ...reducedSum(modulus, {
      sum: [...minus(squared, get(a)), [-1, get(b)]],
      result: get(result),
      locals: reduction,
    }),
    ...lazySum(minus(x, get(result)), difference),
    ...product(difference, slope, difference),
    ...reducedSum(modulus, { sum: minus(difference, y), result: offset(get(result), ELEMENT), locals: reduction }),
  ];
}
