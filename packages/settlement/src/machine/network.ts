import { blocksOfEpoch, isOnline, type LayerState } from "./layerState.ts";
import { sharesOf } from "./shares.ts";
import { isBelieved, send, type Tree } from "./tree.ts";

/** A layer that has so few blocks left in an epoch needs them for what is in flight already. */
const BLOCKS_FOR_MESSAGES = 8;

/** Tells every layer whom it can send to, and what its shares of an epoch are. */
export function tellNetwork(tree: Tree): void {
  tree.isNetworkDirty = false;
  const layers = [...tree.layers.values()];
  const active = layers.filter((layer) => isOnline(layer) || layer.blocks.size > 0).length;
  const reachable = layers.filter((layer) => canBeSentTo(tree, layer)).map(({ layerId }) => layerId);
  for (const layer of layers) {
    const shares = sharesOf(active, isBelieved(tree, layer), tree.options.shares);
    send(tree, layer, { type: "network", reachable, ...shares });
  }
}

function canBeSentTo(tree: Tree, layer: LayerState): boolean {
  if (!isOnline(layer) || !isBelieved(tree, layer)) return false;
  return blocksOfEpoch(layer, tree.epoch.number).length < blocksForTransactions(tree);
}

/** Once a layer has handed over so many blocks of an epoch, the rest of its share is for messages in flight. */
export function blocksForTransactions({ options }: Tree): number {
  return options.shares.blocksOfLayer - BLOCKS_FOR_MESSAGES;
}
