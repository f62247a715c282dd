import type { Field } from "@frond/foundation";
import { isOnline, type LayerState } from "./layerState.ts";
import { spentBlocks } from "./spent.ts";
import type { Tree } from "./tree.ts";

/** Milliseconds that a layer which was just registered has to start, before it gives way like any other. */
const GRACE_MILLISECONDS = 60_000;
/** Newcomers without blocks that there is always room for. */
const SILENT_NEWCOMERS = 32;
/** Milliseconds after which a layer is forgotten that has made no block. */
const LONGEST_SILENCE = 600_000;

/** Which layers are forgotten for one more to be registered. */
export type Forgotten = { readonly expired: readonly LayerState[]; readonly givesWay: readonly LayerState[] };

/**
 * Layers that are not in the tree on L1 yet, at most. Those that have handed over blocks can't give way, nor can those
 * that have used up a part of the strangers' share in this round: another name would have it again. There are blocks of
 * two epochs at most, and what is used up counts as blocks, so there are fewer of them than that, whether their blocks
 * can be proven or not.
 */
export function mostNewcomers({ options }: Pick<Tree, "options">): number {
  return 2 * options.shares.blocksOfStrangers + SILENT_NEWCOMERS;
}

/**
 * Makes room for one more layer: there always is some. Layers that were registered and have made no block expire after
 * a while. If there are too many all the same, one of those gives way: first whoever has no deposit, then whoever was
 * registered more than a minute ago, then whoever is offline, then the oldest. So whoever registers layers and leaves
 * them, only connects them, or hands over blocks that can't be proven, closes registration for nobody.
 */
export function makeRoom(
  tree: Pick<Tree, "layers" | "deposits" | "options" | "round">,
  of: { isRegistered(layer: LayerState): boolean; readonly now: number },
): Forgotten {
  const newcomers = [...tree.layers.values()].filter((layer) => !of.isRegistered(layer));
  const silent = newcomers.filter(
    (layer) => layer.blocks.size === 0 && layer.base === 0 && spentBlocks(tree, layer) === 0,
  );
  const expired = silent.filter(({ registeredAt }) => of.now - registeredAt > LONGEST_SILENCE);
  if (newcomers.length - expired.length < mostNewcomers(tree)) return { expired, givesWay: [] };
  const funded = fundedLayers(tree);
  const isNew = ({ registeredAt }: LayerState) => of.now - registeredAt < GRACE_MILLISECONDS;
  const worth = (layer: LayerState) =>
    (isOnline(layer) ? 1 : 0) + (isNew(layer) ? 2 : 0) + (funded.has(layer.layerId) ? 4 : 0);
  const inOrder = silent
    .filter((layer) => !expired.includes(layer))
    .sort((a, b) => worth(a) - worth(b) || a.registeredAt - b.registeredAt);
  return { expired, givesWay: inOrder.slice(0, 1) };
}

/** Layers that a deposit on L1 waits for: somebody has paid for it. */
export function fundedLayers({ deposits }: Pick<Tree, "deposits">): Set<Field> {
  return new Set(deposits.layers());
}
