import { FrondError } from "../error.ts";
import type { Split } from "./endomorphism.ts";
import { MAXIMUM_POINTS, splitAll } from "./halves.ts";
import type { CurveKernel } from "./kernel.ts";
import { multiplyFew } from "./multiplyFew.ts";
import { multiplyMany } from "./multiplyMany.ts";

/** Measured: from so many halves on, sums by digits take less time than additions one after the other. */
const MANY = 36;

/**
 * The sum of all products of a scalar and the point in its place, of which at most {@link MAXIMUM_POINTS} stand at
 * TERMS, extended. The result is the kernel's. Not constant-time.
 */
export function multiScalarMultiply(kernel: CurveKernel, scalars: readonly bigint[], split: Split): void {
  const halves = splitAll(kernel, scalars, split);
  if (Math.max(halves.count, scalars.length) < MANY) multiplyFew(kernel, halves, scalars.length);
  else multiplyMany(kernel, halves);
}

export class TooManyPointsError extends FrondError {
  constructor(points: number) {
    super({
      code: "foundation/too-many-points",
      data: { points, most: MAXIMUM_POINTS },
      message:
        `${points} points are too many for one multiplication. ` +
        `Give at most ${MAXIMUM_POINTS}, and add the sums of several multiplications.`,
    });
  }
}
