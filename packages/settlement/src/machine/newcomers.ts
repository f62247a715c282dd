import type { Field } from "@frond/foundation";
import { isOnline, type LayerState } from "./layerState.ts";
import type { Tree } from "./tree.ts";

/** Layers that are not in the tree on L1 yet, at most. */
export const MOST_NEWCOMERS = 64;
/** Milliseconds after which a layer is forgotten that has made no block. */
const LONGEST_SILENCE = 600_000;

/** Which layers are forgotten for one more to be registered; undefined if there is no room for it. */
export type Forgotten = { readonly expired: readonly LayerState[]; readonly givesWay: readonly LayerState[] };

/**
 * Makes room for one more layer. A registered layer that has made no block expires after a while. If there are still
 * too many such layers, one is removed: first an offline layer, then a layer without a deposit, then the oldest layer.
 * So a person who registers layers and abandons them, or only connects them, takes nothing from others.
 */
export function makeRoom(
  { layers, deposits }: Pick<Tree, "layers" | "deposits">,
  of: { isRegistered(layer: LayerState): boolean; readonly now: number; readonly parentId: Field },
): Forgotten | undefined {
  const newcomers = [...layers.values()].filter((layer) => !of.isRegistered(layer));
  const parents = new Set([of.parentId, ...[...layers.values()].map(({ known }) => known.config.parentId)]);
  const isSilent = (layer: LayerState) => layer.blocks.size === 0 && layer.base === 0 && !parents.has(layer.layerId);
  const silent = newcomers.filter(isSilent);
  const expired = silent.filter(({ registeredAt }) => of.now - registeredAt > LONGEST_SILENCE);
  if (newcomers.length - expired.length < MOST_NEWCOMERS) return { expired, givesWay: [] };
  const funded = new Set([...deposits.values()].map(({ layer }) => layer));
  const worth = (layer: LayerState) => (isOnline(layer) ? 1 : 0) + (funded.has(layer.layerId) ? 2 : 0);
  const [first] = silent
    .filter((layer) => !expired.includes(layer))
    .sort((a, b) => worth(a) - worth(b) || a.registeredAt - b.registeredAt);
  return first === undefined ? undefined : { expired, givesWay: [first] };
}
