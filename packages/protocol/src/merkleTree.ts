import { compress, type Field, FrondError } from "@frond/foundation";

/** For each level from the leaf upwards, the other three children of the parent, left to right. */
export type Siblings = readonly (readonly Field[])[];

const emptyRoots: Field[] = [0n];

/** The root of a 4-ary tree of `depth` levels with zeros at the bottom; of depth 0, a zero leaf. */
export function emptyTreeRoot(depth: number): Field {
  for (let level = emptyRoots.length; level <= depth; level++) {
    const child = emptyRoots[level - 1]!;
    emptyRoots.push(compress(child, child, child, child));
  }
  return emptyRoots[depth]!;
}

/** The parent of a child that stands at `place` (0..3) between its siblings. */
export function parentOf(child: Field, place: number, siblings: readonly Field[]): Field {
  const [a, b, c] = siblings as [Field, Field, Field];
  if (place === 0) return compress(child, a, b, c);
  if (place === 1) return compress(a, child, b, c);
  if (place === 2) return compress(a, b, child, c);
  return compress(a, b, c, child);
}

/** The root of the tree in which `leaf` stands at `index` beside `siblings`. */
export function merkleRootFromPath(leaf: Field, index: number, siblings: Siblings): Field {
  let node = leaf;
  let rest = index;
  for (const level of siblings) {
    node = parentOf(node, rest % 4, level);
    rest = Math.floor(rest / 4);
  }
  return node;
}

/** A 4-ary Merkle tree of a fixed depth in memory; places never set hold zero. For children, vaults and block keys. */
export class FixedTree {
  readonly depth: number;
  readonly #levels: Map<number, Field>[];

  constructor(depth: number, leaves: Iterable<readonly [index: number, value: Field]> = []) {
    this.depth = depth;
    this.#levels = Array.from({ length: depth + 1 }, () => new Map());
    for (const [index, value] of leaves) this.set(index, value);
  }

  get root(): Field {
    return this.#node(this.depth, 0);
  }

  /** Places in the tree. */
  get capacity(): number {
    return 4 ** this.depth;
  }

  get(index: number): Field {
    this.#check(index);
    return this.#node(0, index);
  }

  /** The siblings of the leaf at `index`. Throws {@link LeafIndexError}. */
  path(index: number): Field[][] {
    this.#check(index);
    return Array.from({ length: this.depth }, (_, level) => this.#siblings(level, Math.floor(index / 4 ** level)));
  }

  /** Throws {@link LeafIndexError}. */
  set(index: number, value: Field): void {
    this.#check(index);
    let at = index;
    let node = value;
    this.#levels[0]!.set(at, node);
    for (let level = 0; level < this.depth; level++) {
      node = parentOf(node, at % 4, this.#siblings(level, at));
      at = Math.floor(at / 4);
      this.#levels[level + 1]!.set(at, node);
    }
  }

  /** The places that were set, with their values, by index. */
  entries(): [index: number, value: Field][] {
    return [...this.#levels[0]!].sort(([a], [b]) => a - b);
  }

  #node(level: number, index: number): Field {
    return this.#levels[level]!.get(index) ?? emptyTreeRoot(level);
  }

  #siblings(level: number, index: number): Field[] {
    const first = index - (index % 4);
    return [first, first + 1, first + 2, first + 3].filter((at) => at !== index).map((at) => this.#node(level, at));
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.capacity) throw new LeafIndexError(index, this.capacity);
  }
}

export class LeafIndexError extends FrondError {
  constructor(index: number, capacity: number) {
    super({
      code: "protocol/leaf-index",
      data: { index, capacity },
      message: `There is no leaf ${index} in a tree of ${capacity} leaves. Use an index from 0 to ${capacity - 1}.`,
    });
  }
}
