import { HALF_BITS, type Halves, isNeutral, oppositeOf, POSITION_SUMS, SUMS, WORDS_PER_HALF } from "./halves.ts";
import type { CurveKernel } from "./kernel.ts";
import { AFFINE_POINT, MAXIMUM_PAIRS, PAIR, PAIRS } from "./layout.ts";

/**
 * Pippenger's method: in each window of bits, the points are summed by their digit, and these sums by the bits of the
 * digit, which gives one sum for each power of 2. All additions are affine, a round of them in all windows with one
 * inversion. The result is the kernel's. Not constant-time.
 */
export function multiplyMany(kernel: CurveKernel, halves: Halves): void {
  const width = chooseWidth(halves.count);
  const windows = Math.floor(HALF_BITS / width) + 1;
  const buckets = 1 << (width - 1);
  const digits = recode(halves, width, windows);
  const atOnce = Math.max(1, Math.floor(MAXIMUM_PAIRS / Math.max(Math.ceil(halves.count / 2), 2 * buckets)));
  const sums = new Map<number, number>();
  for (let first = 0; first < windows; first += atOnce) {
    const count = Math.min(atOnce, windows - first);
    const bucketSums = sumBuckets(kernel, { halves, digits, windows, buckets, first, count });
    for (const [position, sum] of sumByBits(kernel, bucketSums, { width, first })) {
      const at = POSITION_SUMS + position * AFFINE_POINT;
      new Uint8Array(kernel.memory.buffer).copyWithin(at, sum, sum + AFFINE_POINT);
      sums.set(position, at);
    }
  }
  addPositions(kernel, sums);
}

/** The width of windows, in bits, for which the fewest additions are needed. */
function chooseWidth(halves: number): number {
  let [best, fewest] = [2, Number.POSITIVE_INFINITY];
  for (let width = 2; width <= 12; width++) {
    const additions = (Math.floor(HALF_BITS / width) + 1) * (halves + 2 ** width);
    if (additions < fewest) [best, fewest] = [width, additions];
  }
  return best;
}

/** The digits of all halves, between `-2^(width - 1)` and `2^(width - 1)`: all of the first window, then the next. */
function recode({ count, words }: Halves, width: number, windows: number): Int16Array {
  const digits = new Int16Array(windows * count);
  const [mask, half] = [(1 << width) - 1, 1 << (width - 1)];
  for (let i = 0; i < count; i++) {
    let carry = 0;
    for (let window = 0; window < windows; window++) {
      const bit = window * width;
      const [word, shift] = [i * WORDS_PER_HALF + (bit >>> 5), bit & 31];
      const upper = shift === 0 ? 0 : words[word + 1]! << (32 - shift);
      const digit = (((words[word]! >>> shift) | upper) & mask) + carry;
      carry = digit > half ? 1 : 0;
      digits[window * count + i] = digit - (carry << width);
    }
  }
  return digits;
}

/** A list of additions, which the kernel makes when it is full and at the end of a round. */
function createRound(kernel: CurveKernel) {
  const list = new Int32Array(kernel.memory.buffer, PAIRS, (MAXIMUM_PAIRS * PAIR) / 4);
  let length = 0;
  function end(): void {
    if (length > 0) kernel.addPairs(PAIRS + 4 * length);
    length = 0;
  }
  function add(a: number, b: number, sum: number): number {
    list[length] = a;
    list[length + 1] = b;
    list[length + 2] = sum;
    length += 3;
    if (length === list.length) end();
    return sum;
  }
  return { add, end };
}

type Windows = { halves: Halves; digits: Int16Array; windows: number; buckets: number; first: number; count: number };

/**
 * The sum of all points with the same digit, but for its sign. Returns the addresses of the sums for digits 1 to
 * `buckets`, of the first window, then the next; 0 where a digit does not occur.
 */
function sumBuckets(kernel: CurveKernel, { halves, digits, buckets, first, count }: Windows): Int32Array {
  const groups = count * buckets;
  const starts = new Int32Array(groups + 1);
  const groupOf = (window: number, digit: number) => window * buckets + Math.abs(digit) - 1;
  for (let window = 0; window < count; window++) {
    for (let i = 0; i < halves.count; i++) {
      const digit = digits[(first + window) * halves.count + i]!;
      if (digit !== 0) starts[groupOf(window, digit) + 1]!++;
    }
  }
  for (let group = 0; group < groups; group++) starts[group + 1]! += starts[group]!;
  const sizes = new Int32Array(groups);
  const points = new Int32Array(starts[groups]!);
  for (let window = 0; window < count; window++) {
    for (let i = 0; i < halves.count; i++) {
      const digit = digits[(first + window) * halves.count + i]!;
      if (digit === 0) continue;
      const group = groupOf(window, digit);
      const address = halves.addresses[i]!;
      points[starts[group]! + sizes[group]!++] = digit > 0 ? address : oppositeOf(address);
    }
  }
  halveGroups(kernel, { starts, sizes, points });
  return Int32Array.from(sizes, (size, group) => (size === 0 ? 0 : points[starts[group]!]!));
}

/** Adds the points of each group in pairs until one is left. */
function halveGroups(
  kernel: CurveKernel,
  { starts, sizes, points }: { starts: Int32Array; sizes: Int32Array; points: Int32Array },
): void {
  const round = createRound(kernel);
  let free = SUMS;
  for (let isDone = false; !isDone; round.end()) {
    isDone = true;
    for (let group = 0; group < sizes.length; group++) {
      const size = sizes[group]!;
      if (size < 2) continue;
      const start = starts[group]!;
      for (let i = 0; i + 1 < size; i += 2) {
        const a = points[start + i]!;
        let sum = a;
        if (a < SUMS) {
          sum = free;
          free += AFFINE_POINT;
        }
        points[start + (i >> 1)] = round.add(a, points[start + i + 1]!, sum);
      }
      if (size % 2 === 1) points[start + (size >> 1)] = points[start + size - 1]!;
      sizes[group] = (size + 1) >> 1;
      if (sizes[group]! > 1) isDone = false;
    }
  }
}

/**
 * The sum of `digit * sum` over the buckets of each window, as one sum for each bit of the digit. In each level, the
 * sums of odd digits belong to the lowest bit, and those of the digits 2d and 2d + 1 together to d in the next level.
 */
function sumByBits(
  kernel: CurveKernel,
  bucketSums: Int32Array,
  { width, first }: { width: number; first: number },
): [position: number, sum: number][] {
  const round = createRound(kernel);
  let free = SUMS + MAXIMUM_PAIRS * AFFINE_POINT;
  const add = (a: number, b: number): number => {
    if (a === 0 || b === 0) return a + b;
    free += AFFINE_POINT;
    return round.add(a, b, free - AFFINE_POINT);
  };
  const buckets = 1 << (width - 1);
  const groups = new Map<number, number[]>();
  const levels: Int32Array[] = [];
  for (let window = 0; window * buckets < bucketSums.length; window++) {
    const sums = bucketSums.subarray(window * buckets, (window + 1) * buckets);
    const last = sums[buckets - 1]!;
    groups.set((first + window) * width + width - 1, last === 0 ? [] : [last]);
    levels.push(Int32Array.from(sums, (_, digit) => (digit === 0 ? 0 : sums[digit - 1]!)));
  }
  for (let bit = 0; bit < width - 1 || hasPairs(groups); bit++) {
    for (const [position, points] of groups) groups.set(position, addNeighbours(points, add));
    for (let window = 0; bit < width - 1 && window < levels.length; window++) {
      const level = levels[window]!;
      groups.set(
        (first + window) * width + bit,
        Array.from(level).filter((point, digit) => digit % 2 === 1 && point !== 0),
      );
      levels[window] = Int32Array.from({ length: level.length / 2 }, (_, digit) =>
        digit === 0 ? 0 : add(level[2 * digit]!, level[2 * digit + 1]!),
      );
    }
    round.end();
  }
  return [...groups].flatMap(([position, points]) => points.map((point): [number, number] => [position, point]));
}

const hasPairs = (groups: ReadonlyMap<number, readonly number[]>): boolean =>
  [...groups.values()].some((points) => points.length > 1);

function addNeighbours(points: readonly number[], add: (a: number, b: number) => number): number[] {
  return Array.from({ length: (points.length + 1) >> 1 }, (_, i) => add(points[2 * i]!, points[2 * i + 1] ?? 0));
}

/** Doubles and adds from the topmost power of 2 down. Sums that are neutral have coordinates 0. */
function addPositions(kernel: CurveKernel, sums: ReadonlyMap<number, number>): void {
  kernel.clearResult();
  const top = Math.max(-1, ...sums.keys());
  for (let position = top; position >= 0; position--) {
    if (position < top) kernel.doubleResult();
    const sum = sums.get(position);
    if (sum !== undefined && !isNeutral(kernel, sum)) kernel.addToResult(sum);
  }
}
