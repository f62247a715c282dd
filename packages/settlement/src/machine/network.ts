import type { Field } from "@frond/foundation";
import { countMail } from "./deliver.ts";
import { blocksOfEpoch, isHere, isOnline, type LayerState } from "./layerState.ts";
import { type Shares, sharesOf } from "./shares.ts";
import { isBelieved, send, type Tree } from "./tree.ts";

/** A layer that has so few blocks left in an epoch needs them for what is in flight already. */
const BLOCKS_FOR_MESSAGES = 8;

/** So many bundles a layer is told of at most. Legs of others are tried, and left out if a leg is missing. */
const MOST_WAITING = 1_000;

/** Tells every layer whom it can send to, and what its shares of an epoch are. */
export function tellNetwork(tree: Tree): void {
  tree.isNetworkDirty = false;
  const layers = [...tree.layers.values()];
  // Strangers take no places of others, however many there are.
  const active = layers.filter((layer) => isBelieved(tree, layer) && (isOnline(layer) || layer.blocks.size > 0)).length;
  const reachable = layers.filter((layer) => canBeSentTo(tree, layer)).map(({ layerId }) => layerId);
  const waiting = waitingBundles(tree, new Set(reachable));
  for (const layer of layers) {
    layer.unreachableSince = canBeSentTo(tree, layer) ? undefined : (layer.unreachableSince ?? tree.options.passed());
    const isOneOfThem = isBelieved(tree, layer);
    const shares = sharesOf(active, isOneOfThem, tree.options.shares);
    if (isOnline(layer)) noteTold(layer, shares);
    send(tree, layer, {
      type: "network",
      reachable: isOneOfThem ? reachable : [],
      waitingBundles: waiting.get(layer.layerId) ?? [],
      round: tree.round,
      ...shares,
    });
  }
}

/**
 * Bundles of which a layer can't be sent to, by layers that execute their legs again. A leg that is executed without
 * the others is left out of the epoch, with all that its layer has made of the epoch since.
 */
function waitingBundles(tree: Tree, reachable: ReadonlySet<Field>): Map<Field, Field[]> {
  const waiting = new Map<Field, Field[]>();
  for (const { layerId, returningSince } of tree.layers.values()) {
    if (returningSince === undefined) continue;
    const ofLayer = [...tree.bundles.of(layerId, "preconfirmed")]
      .filter(({ layers }) => !layers.every((other) => reachable.has(other)))
      .map(({ id }) => id);
    waiting.set(layerId, ofLayer.slice(0, MOST_WAITING));
  }
  return waiting;
}

function noteTold({ places }: LayerState, { exits }: Shares): void {
  places.most = places.most === Number.POSITIVE_INFINITY ? places.most : Math.max(places.most, exits);
  places.told = exits;
}

/** Whether a layer takes part in the running epoch, is believed, and has blocks left for what is sent to it. */
function canBeSentTo(tree: Tree, layer: LayerState): boolean {
  const { number, stage } = tree.epoch;
  if (!isHere(layer) || !isBelieved(tree, layer)) return false;
  if (layer.at!.epoch !== number && !(stage === "sealing" && layer.at!.epoch === number + 1)) return false;
  return blocksUsed(layer, number) + blocksForMail(tree, layer) < blocksForTransactions(tree);
}

/** Blocks that a layer has made of an epoch: those that are here, or more, as it says. */
function blocksUsed(layer: LayerState, epoch: number): number {
  const { at } = layer;
  const said = at?.epoch === epoch ? at.block - at.sealed : 0;
  return Math.max(said, blocksOfEpoch(layer, epoch).length);
}

/** Blocks that a layer needs at least for what is in flight to it: what no block of the epoch consumes is left out. */
function blocksForMail(tree: Tree, layer: LayerState): number {
  const ofBlock = Math.max(...layer.known.sizes.map(({ consumed }) => consumed));
  return Math.floor(countMail(tree, layer) / ofBlock);
}

/**
 * A layer was sent a message, has consumed some, or says where it is: others may have to be told whether they can send
 * to it.
 */
export function noteMail(tree: Tree, layer: LayerState): void {
  if (canBeSentTo(tree, layer) !== (layer.unreachableSince === undefined)) tree.isNetworkDirty = true;
}

/** Once a layer has handed over so many blocks of an epoch, the rest of its share is for messages in flight. */
export function blocksForTransactions({ options }: Tree): number {
  return options.shares.blocksOfLayer - BLOCKS_FOR_MESSAGES;
}
