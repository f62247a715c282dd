import { putEpochs, type Tree } from "./tree.ts";

/**
 * Counts the milliseconds for which the running epoch is open. True if they are a round: then {@link passRound} is due.
 */
export function isRoundOver(tree: Tree, elapsedMilliseconds: number): boolean {
  if (tree.epoch.stage !== "open" || tree.closed !== undefined) return false;
  tree.waited += elapsedMilliseconds;
  return tree.waited >= tree.options.roundMilliseconds;
}

/**
 * A round has passed without an epoch: nothing happens that could settle. Whoever waits for a layer that is away waits
 * a round less. To end the epoch instead would take a proof and gas for nothing.
 */
export function passRound(tree: Tree): void {
  tree.waited = 0;
  tree.round += 1;
  putEpochs(tree);
  tree.isNetworkDirty = true;
  for (const layer of tree.layers.values()) tree.dirty.add(layer);
}
