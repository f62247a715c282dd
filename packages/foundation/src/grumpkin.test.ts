import fc from "fast-check";
import { expect, test } from "vitest";
import { FIELD_MODULUS } from "./field.ts";
import {
  addPoints,
  GENERATOR,
  GRUMPKIN_ORDER,
  isOnCurve,
  multiplyGenerator,
  multiScalarMultiply,
  NEUTRAL,
  negatePoint,
  type Point,
  scalarMultiply,
} from "./grumpkin.ts";

const scalars = fc.oneof(
  fc.bigInt({ min: 0n, max: GRUMPKIN_ORDER - 1n }),
  fc.constantFrom(0n, 1n, 2n, GRUMPKIN_ORDER - 1n, FIELD_MODULUS, 1n << 128n),
);

test("addition agrees with the textbook formula", () => {
  fc.assert(
    fc.property(scalars, scalars, (a, b) => {
      const [left, right] = [scalarMultiply(GENERATOR, a), scalarMultiply(GENERATOR, b)];
      expect(addPoints(left, right)).toEqual(addByTextbook(left, right));
      expect(addPoints(left, right)).toEqual(scalarMultiply(GENERATOR, (a + b) % GRUMPKIN_ORDER));
    }),
    { numRuns: 50 },
  );
});

test("the generator's table gives what multiplication gives", () => {
  fc.assert(
    fc.property(scalars, (scalar) => {
      expect(multiplyGenerator(scalar)).toEqual(scalarMultiply(GENERATOR, scalar));
    }),
  );
  // Every digit in every window, and the sums that pass through a doubling or the neutral element.
  for (const digit of [1n, 8n, 15n]) {
    for (let window = 0n; window < 63n; window++) {
      const scalar = digit << (4n * window);
      expect(multiplyGenerator(scalar)).toEqual(scalarMultiply(GENERATOR, scalar));
    }
  }
});

test("doubling, opposites and the neutral element", () => {
  const point = scalarMultiply(GENERATOR, 12345n);
  expect(addPoints(point, point)).toEqual(addByTextbook(point, point));
  expect(addPoints(point, negatePoint(point))).toEqual(NEUTRAL);
  expect(addPoints(NEUTRAL, point)).toEqual(point);
  expect(addPoints(point, NEUTRAL)).toEqual(point);
  expect(addPoints(NEUTRAL, NEUTRAL)).toEqual(NEUTRAL);
  expect(negatePoint(NEUTRAL)).toEqual(NEUTRAL);
});

test("the generator has the group's order", () => {
  expect(scalarMultiply(GENERATOR, GRUMPKIN_ORDER - 1n)).toEqual(negatePoint(GENERATOR));
});

test("many multiplications at once give the sum of each", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(scalars, scalars), { maxLength: 20 }), (pairs) => {
      const terms = pairs
        .map(([base, scalar]) => ({ point: scalarMultiply(GENERATOR, base), scalar }))
        .filter(({ point }) => isOnCurve(point));
      const expected = terms.map(({ point, scalar }) => scalarMultiply(point, scalar)).reduce(addPoints, NEUTRAL);
      expect(multiScalarMultiply(terms)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test("points off the curve and coordinates that are not canonical are recognised", () => {
  expect(isOnCurve(GENERATOR)).toBe(true);
  const bad: Point[] = [
    NEUTRAL,
    { x: 1n, y: 1n },
    { x: 1n + FIELD_MODULUS, y: GENERATOR.y },
    { x: 1n, y: GENERATOR.y + FIELD_MODULUS },
    { x: 1n, y: -GENERATOR.y },
    { x: 1 as unknown as bigint, y: GENERATOR.y },
  ];
  for (const point of bad) expect(isOnCurve(point)).toBe(false);
});

function addByTextbook(a: Point, b: Point): Point {
  if (a.x === 0n && a.y === 0n) return b;
  if (b.x === 0n && b.y === 0n) return a;
  if (a.x === b.x && a.y !== b.y) return NEUTRAL;
  const slope = a.x === b.x ? 3n * a.x * a.x * inverse(2n * a.y) : (b.y - a.y) * inverse(b.x - a.x);
  const x = modulo(slope * slope - a.x - b.x);
  return { x, y: modulo(slope * (a.x - x) - a.y) };
}

function modulo(value: bigint): bigint {
  return ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
}

function inverse(value: bigint): bigint {
  let result = 1n;
  let square = modulo(value);
  for (let rest = FIELD_MODULUS - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % FIELD_MODULUS;
    square = (square * square) % FIELD_MODULUS;
  }
  return result;
}
