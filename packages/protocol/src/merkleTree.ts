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

/** A node with something below it; an empty one is `undefined`. Nodes never change, so trees share them. */
type Node = { readonly hash: Field; readonly children?: readonly (Node | undefined)[] };

/** A 4-ary Merkle tree of a fixed depth in memory; places never set hold zero. For children, vaults and block keys. */
export class FixedTree {
  readonly depth: number;
  #top: Node | undefined;

  constructor(depth: number, leaves: Iterable<readonly [index: number, value: Field]> = []) {
    this.depth = depth;
    for (const [index, value] of leaves) this.set(index, value);
  }

  get root(): Field {
    return this.#top?.hash ?? emptyTreeRoot(this.depth);
  }

  /** Places in the tree. */
  get capacity(): number {
    return 4 ** this.depth;
  }

  get(index: number): Field {
    this.#check(index);
    let node = this.#top;
    for (let level = this.depth; level > 0; level--) node = node?.children?.[placeIn(level, index)];
    return node?.hash ?? 0n;
  }

  /** The siblings of the leaf at `index`. @throws LeafIndexError */
  path(index: number): Field[][] {
    this.#check(index);
    const siblings: Field[][] = [];
    let node = this.#top;
    for (let level = this.depth; level > 0; level--) {
      const children = childrenOf(node);
      const place = placeIn(level, index);
      siblings.unshift(hashesOf(children, level - 1).toSpliced(place, 1));
      node = children[place];
    }
    return siblings;
  }

  /** @throws LeafIndexError */
  set(index: number, value: Field): void {
    this.#check(index);
    this.#top = replaceLeaf(this.#top, this.depth, index, value);
  }

  /**
   * A tree with one leaf replaced; this one stays. Costs the path to the leaf, however large the tree.
   * @throws LeafIndexError
   */
  with(index: number, value: Field): FixedTree {
    const tree = new FixedTree(this.depth);
    tree.#top = this.#top;
    tree.set(index, value);
    return tree;
  }

  /** The places that were set, with their values, by index. */
  entries(): [index: number, value: Field][] {
    return leavesOf(this.#top, this.depth, 0);
  }

  #check(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.capacity) throw new LeafIndexError(index, this.capacity);
  }
}

const NO_CHILDREN: readonly (Node | undefined)[] = [undefined, undefined, undefined, undefined];

function childrenOf(node: Node | undefined): readonly (Node | undefined)[] {
  return node?.children ?? NO_CHILDREN;
}

/** Which child of its ancestor at `level` the leaf is below. */
function placeIn(level: number, index: number): number {
  return Math.floor(index / 4 ** (level - 1)) % 4;
}

function hashesOf(nodes: readonly (Node | undefined)[], level: number): Field[] {
  return nodes.map((node) => node?.hash ?? emptyTreeRoot(level));
}

function replaceLeaf(node: Node | undefined, level: number, index: number, value: Field): Node {
  if (level === 0) return { hash: value };
  const place = placeIn(level, index);
  const old = childrenOf(node);
  const children = old.with(place, replaceLeaf(old[place], level - 1, index, value));
  const [a, b, c, d] = hashesOf(children, level - 1) as [Field, Field, Field, Field];
  return { hash: compress(a, b, c, d), children };
}

function leavesOf(node: Node | undefined, level: number, first: number): [number, Field][] {
  if (node === undefined) return [];
  if (level === 0) return [[first, node.hash]];
  return childrenOf(node).flatMap((child, i) => leavesOf(child, level - 1, first + i * 4 ** (level - 1)));
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
