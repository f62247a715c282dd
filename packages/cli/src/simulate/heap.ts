/** A heap of numbers. `pop` removes the first number by `compare`. */
export type Heap = { push(item: number): void; pop(): number | undefined; size(): number };

export function createHeap(compare: (a: number, b: number) => number): Heap {
  const items: number[] = [];
  const isBefore = (i: number, j: number) => compare(items[i]!, items[j]!) < 0;
  function swap(i: number, j: number) {
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return {
    size: () => items.length,
    push(item) {
      let at = items.push(item) - 1;
      for (let above = (at - 1) >> 1; at > 0 && isBefore(at, above); at = above, above = (at - 1) >> 1) swap(at, above);
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      items[0] = last;
      for (let at = 0; ; ) {
        const [left, right] = [2 * at + 1, 2 * at + 2];
        let least = at;
        if (left < items.length && isBefore(left, least)) least = left;
        if (right < items.length && isBefore(right, least)) least = right;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
