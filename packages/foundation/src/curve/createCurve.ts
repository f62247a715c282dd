import { readWords, writeWords } from "../montgomery.ts";
import { createSplit } from "./endomorphism.ts";
import { type CurveParameters, createCurveKernel, EXTENDED_POINT } from "./kernel.ts";
import {
  AFFINE_POINT,
  FREE,
  LEFT,
  PAIR,
  PAIRS,
  RIGHT,
  SCALAR,
  TABLE,
  TABLE_MULTIPLES,
  TABLE_WINDOWS,
  WORDS,
} from "./layout.ts";
import {
  MAXIMUM_POINTS,
  MULTIPLICATION_BYTES,
  multiScalarMultiply,
  TERMS,
  TooManyPointsError,
} from "./multiScalarMultiply.ts";

/** Canonical coordinates. `(0, 0)` represents the neutral element. */
export type AffinePoint = { readonly x: bigint; readonly y: bigint };

type Term = { readonly point: AffinePoint; readonly scalar: bigint };

/** Points must be on the curve or neutral; scalars in `[0, order)`. Nothing of this is checked. */
export type Curve = {
  add(a: AffinePoint, b: AffinePoint): AffinePoint;
  multiplyGenerator(scalar: bigint): AffinePoint;
  /** @throws {@link TooManyPointsError} when there are more than `MAXIMUM_POINTS` terms */
  multiScalarMultiply(terms: readonly Term[]): AffinePoint;
};

/** The operations of a curve in a kernel of its own. */
export function createCurve(parameters: CurveParameters): Curve {
  const kernel = createCurveKernel(parameters, MULTIPLICATION_BYTES);
  const memory = new DataView(kernel.memory.buffer);
  const split = createSplit(parameters);

  function read(point: AffinePoint, at: number): void {
    writeWords(memory, WORDS, point.x);
    writeWords(memory, WORDS + 32, point.y);
    kernel.readPoint(at);
  }

  function write(at: number): AffinePoint {
    kernel.writePoint(at);
    const [x, y] = [readWords(memory, WORDS), readWords(memory, WORDS + 32)];
    return { x: x === parameters.modulus ? 0n : x, y: y === parameters.modulus ? 0n : y };
  }

  function writeResult(): AffinePoint {
    kernel.resultToAffine(LEFT);
    return write(LEFT);
  }

  function addAll(pairs: readonly (readonly [a: number, b: number, sum: number])[]): void {
    const list = new Int32Array(kernel.memory.buffer, PAIRS, 3 * pairs.length);
    list.set(pairs.flat());
    kernel.addPairs(PAIRS + pairs.length * PAIR);
  }

  let tableIsReady = false;
  /** The powers of 16, then in all windows at once their double, and by adding it again and again the odd multiples. */
  function fillTable(): void {
    const at = (window: number, multiple: number) => TABLE + (window * TABLE_MULTIPLES + multiple) * AFFINE_POINT;
    const inAll = (pair: (window: number) => readonly [number, number, number]) =>
      addAll(Array.from({ length: TABLE_WINDOWS }, (_, window) => pair(window)));
    read(parameters.generator, LEFT);
    kernel.clearResult();
    kernel.addToResult(LEFT);
    for (let window = 0; window < TABLE_WINDOWS; window++) {
      kernel.resultToAffine(at(window, 0));
      for (let i = 0; i < 4; i++) kernel.doubleResult();
    }
    const double = (window: number) => FREE + window * AFFINE_POINT;
    inAll((window) => [at(window, 0), at(window, 0), double(window)]);
    for (let multiple = 1; multiple < TABLE_MULTIPLES; multiple++) {
      inAll((window) => [at(window, multiple - 1), double(window), at(window, multiple)]);
    }
    tableIsReady = true;
  }

  return {
    add(a, b) {
      read(a, LEFT);
      read(b, RIGHT);
      addAll([[LEFT, RIGHT, LEFT]]);
      return write(LEFT);
    },
    multiplyGenerator(scalar) {
      if (!tableIsReady) fillTable();
      writeWords(memory, SCALAR, scalar);
      kernel.multiplyGenerator();
      return writeResult();
    },
    multiScalarMultiply(terms) {
      if (terms.length > MAXIMUM_POINTS) throw new TooManyPointsError(terms.length);
      terms.forEach(({ point }, i) => {
        const at = TERMS + i * EXTENDED_POINT;
        read(point, at);
        kernel.extendPoint(at);
      });
      multiScalarMultiply(
        kernel,
        terms.map(({ scalar }) => scalar),
        split,
      );
      return writeResult();
    },
  };
}
