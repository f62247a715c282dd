/** Each layer after its parent, siblings in their order; the trunk is an L2. */
export function inTreeOrder<T extends { readonly layerId: bigint; readonly parentId: bigint }>(
  layers: readonly T[],
): { readonly layer: T; readonly level: number }[] {
  const children = new Map<bigint, T[]>();
  const known = new Set(layers.map(({ layerId }) => layerId));
  for (const layer of layers) {
    const parent = known.has(layer.parentId) ? layer.parentId : 0n;
    children.set(parent, [...(children.get(parent) ?? []), layer]);
  }
  const below = (parent: bigint, level: number): { layer: T; level: number }[] =>
    (children.get(parent) ?? []).flatMap((layer) => [{ layer, level }, ...below(layer.layerId, level + 1)]);
  return below(0n, 2);
}
