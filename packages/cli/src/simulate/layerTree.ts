/**
 * A tree of layers with the number of blocks of each layer in an epoch. A parent has a smaller number than its
 * children; the trunk is layer 0.
 */
export type LayerTree = { readonly parents: readonly (number | null)[]; readonly blocks: readonly number[] };

/** A tree filled level by level: each layer has at most `children` layers below it. */
export function regularTree(options: { layers: number; children: number; blocks: number }): LayerTree {
  const { layers, children, blocks } = options;
  return {
    parents: Array.from({ length: layers }, (_, i) => (i === 0 ? null : Math.floor((i - 1) / children))),
    blocks: new Array<number>(layers).fill(blocks),
  };
}

/** The number of levels of the tree. */
export function levelsOf({ parents }: LayerTree): number {
  const levels: number[] = [];
  for (const [i, parent] of parents.entries()) levels[i] = parent === null ? 1 : levels[parent]! + 1;
  return levels.reduce((most, level) => Math.max(most, level), 0);
}
