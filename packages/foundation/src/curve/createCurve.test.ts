import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bn254 } from "./bn254.ts";
import { createCurve } from "./createCurve.ts";
import { grumpkin } from "./grumpkin.ts";
import { MAXIMUM_POINTS } from "./halves.ts";
import type { AffinePoint } from "./kernel.ts";
import { TooManyPointsError } from "./multiScalarMultiply.ts";

const NEUTRAL: AffinePoint = { x: 0n, y: 0n };

describe.each([
  ["grumpkin", grumpkin],
  ["bn254", bn254],
])("%s", (_, parameters) => {
  const { modulus, order, generator, eigenvalue } = parameters;
  const curve = createCurve(parameters);
  const modulo = (value: bigint, divisor = modulus) => ((value % divisor) + divisor) % divisor;

  function inverse(value: bigint): bigint {
    let [r, t, nextR, nextT] = [modulus, 0n, modulo(value), 1n];
    while (nextR > 0n) [r, t, nextR, nextT] = [nextR, nextT, r % nextR, t - (r / nextR) * nextT];
    return t;
  }
  const isNeutral = ({ x, y }: AffinePoint) => x === 0n && y === 0n;
  const negate = ({ x, y }: AffinePoint) => ({ x, y: modulo(-y) });
  function add(a: AffinePoint, b: AffinePoint): AffinePoint {
    if (isNeutral(a)) return b;
    if (isNeutral(b)) return a;
    if (a.x === b.x && a.y !== b.y) return NEUTRAL;
    const slope = a.x === b.x ? 3n * a.x * a.x * inverse(2n * a.y) : (b.y - a.y) * inverse(b.x - a.x);
    const x = modulo(slope * slope - a.x - b.x);
    return { x, y: modulo(slope * (a.x - x) - a.y) };
  }
  function multiply(scalar: bigint): AffinePoint {
    let [sum, power] = [NEUTRAL, generator];
    for (let rest = modulo(scalar, order); rest > 0n; rest >>= 1n, power = add(power, power)) {
      if (rest & 1n) sum = add(sum, power);
    }
    return sum;
  }

  const edges = [0n, 1n, 2n, 15n, 16n, order - 1n, order - 2n, 1n << 127n, (1n << 128n) - 1n, 1n << 128n, eigenvalue];
  const scalars = fc.oneof(fc.bigInt({ min: 0n, max: order - 1n }), fc.constantFrom(...edges, order - eigenvalue));
  // Few points, their opposites, their images and neutral ones: sums meet equal and opposite points all the time.
  const factors = [0n, 1n, 2n, 3n, order - 1n, order - 2n, eigenvalue, order - eigenvalue];
  const points = factors.map(multiply);

  test("all pairs of equal, opposite, neutral and other points", () => {
    for (const a of points) for (const b of points) expect(curve.add(a, b)).toEqual(add(a, b));
  });

  test("multiples of the generator", () => {
    for (const scalar of edges) expect(curve.multiplyGenerator(scalar)).toEqual(multiply(scalar));
    fc.assert(
      fc.property(scalars, (scalar) => {
        expect(curve.multiplyGenerator(scalar)).toEqual(multiply(scalar));
      }),
      { numRuns: 20 },
    );
  });

  test("sums of many multiples of few points", () => {
    const term = fc.tuple(fc.nat(points.length - 1), scalars);
    fc.assert(
      fc.property(fc.array(term, { maxLength: 100, size: "max" }), (terms) => {
        const sum = terms.reduce((total, [index, scalar]) => total + factors[index]! * scalar, 0n);
        expect(curve.multiScalarMultiply(terms.map(([index, scalar]) => ({ point: points[index]!, scalar })))).toEqual(
          multiply(sum),
        );
      }),
      { numRuns: 20 },
    );
  });

  test("as many points as one multiplication takes, most of them equal, and not one more", () => {
    const terms = Array.from({ length: MAXIMUM_POINTS }, (_, i) => ({
      point: points[i % 100 === 0 ? i % points.length : 1]!,
      scalar: modulo(order - BigInt(i) ** 30n, order),
    }));
    const sum = terms.reduce((total, { point, scalar }) => total + factors[points.indexOf(point)]! * scalar, 0n);
    expect(curve.multiScalarMultiply(terms)).toEqual(multiply(sum));
    expect(() => curve.multiScalarMultiply([...terms, terms[0]!])).toThrow(TooManyPointsError);
  });

  test("a few scalars among many that are 0", () => {
    const terms = Array.from({ length: MAXIMUM_POINTS }, (_, i) => ({
      point: points[1 + (i % 3)]!,
      scalar: i % 1024 === 1000 ? order - BigInt(i) : 0n,
    }));
    const sum = terms.reduce((total, { point, scalar }) => total + factors[points.indexOf(point)]! * scalar, 0n);
    expect(curve.multiScalarMultiply(terms)).toEqual(multiply(sum));
  });

  test("a multiple and its opposite cancel, at every width of windows", () => {
    for (const count of [1, 8, 40, 200]) {
      const terms = Array.from({ length: count }, (_, i) => [
        { point: points[3]!, scalar: modulo(BigInt(i + 1) ** 40n, order) },
        { point: negate(points[3]!), scalar: modulo(BigInt(i + 1) ** 40n, order) },
      ]);
      expect(curve.multiScalarMultiply(terms.flat())).toEqual(NEUTRAL);
    }
  });
});
