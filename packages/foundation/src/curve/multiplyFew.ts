import { addAll } from "./fillTable.ts";
import { HALF_BITS, type Halves, oppositeOf, SUMS, TERMS, WORDS_PER_HALF } from "./halves.ts";
import { type CurveKernel, EXTENDED_POINT } from "./kernel.ts";
import { AFFINE_POINT } from "./layout.ts";

/**
 * Straus' method: all halves are read from the topmost bit down in digits -3, -1, 1 and 3, of which one in four bits
 * has one. The result is the kernel's. Not constant-time.
 */
export function multiplyFew(kernel: CurveKernel, halves: Halves, points: number): void {
  triple(kernel, points);
  const positions: number[][] = Array.from({ length: HALF_BITS + 1 }, () => []);
  for (let i = 0; i < halves.count; i++) {
    const words = halves.words.slice(i * WORDS_PER_HALF, (i + 1) * WORDS_PER_HALF);
    const address = halves.addresses[i]!;
    forEachDigit(words, (position, digit) => {
      const multiple = Math.abs(digit) === 3 ? address + points * EXTENDED_POINT : address;
      positions[position]!.push(digit < 0 ? oppositeOf(multiple) : multiple);
    });
  }
  kernel.clearResult();
  for (let position = HALF_BITS; position >= 0; position--) {
    kernel.doubleResult();
    for (const point of positions[position]!) kernel.addToResult(point);
  }
}

/** Writes three times each point behind all points, extended. */
function triple(kernel: CurveKernel, points: number): void {
  if (points === 0) return;
  const at = (i: number) => TERMS + i * EXTENDED_POINT;
  const double = (i: number) => SUMS + i * AFFINE_POINT;
  const inAll = (pair: (i: number) => readonly [number, number, number]) =>
    addAll(
      kernel,
      Array.from({ length: points }, (_, i) => pair(i)),
    );
  inAll((i) => [at(i), at(i), double(i)]);
  inAll((i) => [at(i), double(i), at(points + i)]);
  for (let i = points; i < 2 * points; i++) kernel.extendPoint(at(i));
}

/** The digits of the non-adjacent form of width 3, from the lowest one up. Reads a carry out of the last word, too. */
function forEachDigit(words: Uint32Array, use: (position: number, digit: number) => void): void {
  const bitAt = (position: number): number => (words[position >>> 5]! >>> (position & 31)) & 1;
  let carry = 0;
  for (let position = 0; position <= HALF_BITS; position++) {
    if (bitAt(position) === carry) continue;
    const [middle, high] = [bitAt(position + 1), bitAt(position + 2)];
    const digit = 1 + 2 * middle - 4 * high;
    use(position, digit);
    carry = high;
    position += 2;
  }
}
