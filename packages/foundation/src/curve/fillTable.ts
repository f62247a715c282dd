import { type CurveKernel, type CurveParameters, readInto } from "./kernel.ts";
import { AFFINE_POINT, FREE, LEFT, PAIR, PAIRS, TABLE, TABLE_MULTIPLES, TABLE_WINDOWS } from "./layout.ts";

/** Adds pairs of points, at most `MAXIMUM_PAIRS`: the addresses of both points and of the sum. */
export function addAll(kernel: CurveKernel, pairs: readonly (readonly [a: number, b: number, sum: number])[]): void {
  new Int32Array(kernel.memory.buffer, PAIRS, 3 * pairs.length).set(pairs.flat());
  kernel.addPairs(PAIRS + pairs.length * PAIR);
}

/**
 * Fills the table that `multiplyGenerator` reads: the powers of 16, then in all windows at once their double, and by
 * adding it again and again the odd multiples. Uses the start of the caller's memory.
 */
export function fillTable(kernel: CurveKernel, { generator }: CurveParameters): void {
  const at = (window: number, multiple: number) => TABLE + (window * TABLE_MULTIPLES + multiple) * AFFINE_POINT;
  const double = (window: number) => FREE + window * AFFINE_POINT;
  const inAll = (pair: (window: number) => readonly [number, number, number]) =>
    addAll(
      kernel,
      Array.from({ length: TABLE_WINDOWS }, (_, window) => pair(window)),
    );
  readInto(kernel, generator, LEFT);
  kernel.clearResult();
  kernel.addToResult(LEFT);
  for (let window = 0; window < TABLE_WINDOWS; window++) {
    kernel.resultToAffine(at(window, 0));
    for (let i = 0; i < 4; i++) kernel.doubleResult();
  }
  inAll((window) => [at(window, 0), at(window, 0), double(window)]);
  for (let multiple = 1; multiple < TABLE_MULTIPLES; multiple++) {
    inAll((window) => [at(window, multiple - 1), double(window), at(window, multiple)]);
  }
}
