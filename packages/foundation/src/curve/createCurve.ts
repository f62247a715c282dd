import { readWords, writeWords } from "../montgomery.ts";
import { createSplit } from "./endomorphism.ts";
import { addAll, fillTable } from "./fillTable.ts";
import { MAXIMUM_POINTS, MULTIPLICATION_BYTES, TERMS } from "./halves.ts";
import { type AffinePoint, type CurveParameters, createCurveKernel, EXTENDED_POINT, readInto } from "./kernel.ts";
import { LEFT, RIGHT, SCALAR, WORDS } from "./layout.ts";
import { multiScalarMultiply, TooManyPointsError } from "./multiScalarMultiply.ts";

type Term = { readonly point: AffinePoint; readonly scalar: bigint };

/** Points must be on the curve or neutral; scalars in `[0, order)`. Nothing of this is checked. */
export type Curve = {
  add(a: AffinePoint, b: AffinePoint): AffinePoint;
  /** A scalar may also be 32 little-endian bytes. Constant-time, but for what `createScalars` says of bigints. */
  multiplyGenerator(scalar: bigint | Uint8Array): AffinePoint;
  /** @throws {@link TooManyPointsError} when there are more than `MAXIMUM_POINTS` terms */
  multiScalarMultiply(terms: readonly Term[]): AffinePoint;
};

/** The operations of a curve in a kernel of its own. */
export function createCurve(parameters: CurveParameters): Curve {
  const kernel = createCurveKernel(parameters, MULTIPLICATION_BYTES);
  const memory = new DataView(kernel.memory.buffer);
  const split = createSplit(parameters);

  function write(at: number): AffinePoint {
    kernel.writePoint(at);
    const [x, y] = [readWords(memory, WORDS), readWords(memory, WORDS + 32)];
    return { x: x === parameters.modulus ? 0n : x, y: y === parameters.modulus ? 0n : y };
  }

  function writeResult(): AffinePoint {
    kernel.resultToAffine(LEFT);
    return write(LEFT);
  }

  let tableIsReady = false;

  return {
    add(a, b) {
      readInto(kernel, a, LEFT);
      readInto(kernel, b, RIGHT);
      addAll(kernel, [[LEFT, RIGHT, LEFT]]);
      return write(LEFT);
    },
    multiplyGenerator(scalar) {
      if (!tableIsReady) fillTable(kernel, parameters);
      tableIsReady = true;
      if (typeof scalar === "bigint") writeWords(memory, SCALAR, scalar);
      else new Uint8Array(kernel.memory.buffer).set(scalar, SCALAR);
      kernel.multiplyGenerator();
      new Uint8Array(kernel.memory.buffer).fill(0, SCALAR, SCALAR + 32);
      return writeResult();
    },
    multiScalarMultiply(terms) {
      if (terms.length > MAXIMUM_POINTS) throw new TooManyPointsError(terms.length);
      terms.forEach(({ point }, i) => {
        const at = TERMS + i * EXTENDED_POINT;
        readInto(kernel, point, at);
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
