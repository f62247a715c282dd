import type { Field } from "@frond/foundation";

/** How many of the sorted keys are below `key`. */
export function countBelow(sorted: readonly Field[], key: Field): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
