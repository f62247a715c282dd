import type { Field } from "@frond/foundation";
import { countMail } from "./deliver.ts";
import { isHere, isOnline, type LayerState } from "./layerState.ts";
import { BLOCKS_FOR_MESSAGES, blocksUsed, lettersOfBlock } from "./room.ts";
import { type Shares, sharesOf } from "./shares.ts";
import { spentBlocks } from "./spent.ts";
import { isBelieved, send, type Tree } from "./tree.ts";

/** So many bundles a layer is told of at most. Legs of others are tried, and left out if a leg is missing. */
const MOST_WAITING = 1_000;

/**
 * The frozen layers that others are told of: those that were frozen last. Only those count that somebody may have sent
 * to, so strangers push out none. What sends to one that is not named waits, as for a layer that is away.
 */
const MOST_FROZEN = 1_000;

/** So many milliseconds pass at least until layers are told again whom they can send to. */
export const NETWORK_PAUSE_MILLISECONDS = 100;

/**
 * Tells every layer for which that has changed whom it can send to, and what its shares of an epoch are. One layer that
 * comes and goes all the time makes everybody be told, so nobody is told more often than a layer needs to know. A layer
 * that goes back is told at once: it executes legs again, and has to know first which legs wait.
 */
export function tellNetwork(tree: Tree): void {
  const now = tree.options.passed();
  const isTime = tree.isNetworkDirty && now - tree.networkToldAt >= NETWORK_PAUSE_MILLISECONDS;
  const due = isTime ? [...tree.layers.values()] : [...tree.goingBack];
  tree.goingBack.clear();
  if (due.length === 0) return;
  const network = networkOf(tree);
  for (const layer of due) tellOne(tree, layer, network);
  if (!isTime) return;
  tree.isNetworkDirty = false;
  tree.networkToldAt = now;
  for (const layer of due)
    layer.unreachableSince = network.reachable.has(layer.layerId) ? undefined : (layer.unreachableSince ?? now);
}

type Network = {
  readonly active: number;
  readonly reachable: ReadonlySet<Field>;
  readonly frozen: ReadonlySet<Field>;
  readonly text: string;
};

function networkOf(tree: Tree): Network {
  const layers = [...tree.layers.values()];
  // Strangers take no places of others, however many there are.
  const active = layers.filter((layer) => isBelieved(tree, layer) && (isOnline(layer) || layer.blocks.size > 0)).length;
  const reachable = layers.filter((layer) => canBeSentTo(tree, layer)).map(({ layerId }) => layerId);
  const frozen = layers
    .filter(({ isFrozen, conduct }) => isFrozen === true && conduct.isEstablished)
    .map(({ layerId }) => layerId)
    .slice(-MOST_FROZEN);
  const text = `${reachable.join()}/${frozen.join()}`;
  return { active, reachable: new Set(reachable), frozen: new Set(frozen), text };
}

function tellOne(tree: Tree, layer: LayerState, network: Network): void {
  if (!isOnline(layer)) return;
  const { active, reachable, frozen, text } = network;
  const isOneOfThem = isBelieved(tree, layer);
  const shares = sharesOf(active, isOneOfThem, tree.options.shares);
  const blocks = Math.max(0, shares.blocks - spentBlocks(tree, layer));
  noteTold(layer, shares);
  const { waiting, frozenBundles } = bundlesAway(tree, layer, network);
  const numbers = [isOneOfThem, tree.round, blocks, shares.deposits, shares.exits].join();
  const told = `${numbers}/${waiting.join()}/${frozenBundles.join()}/${isOneOfThem ? text : ""}`;
  if (told === layer.toldNetwork) return;
  layer.toldNetwork = told;
  send(tree, layer, {
    type: "network",
    reachable: isOneOfThem ? [...reachable] : [],
    frozen: isOneOfThem ? [...frozen] : [],
    waitingBundles: waiting,
    frozenBundles,
    round: tree.round,
    ...shares,
    blocks,
  });
}

/**
 * Bundles of which a layer can't be sent to, and those of which one never can again, for a layer that executes its legs
 * again. A leg that is executed without the others is left out of the epoch, with all that its layer has made of the
 * epoch since.
 */
function bundlesAway(tree: Tree, layer: LayerState, { reachable, frozen }: Network) {
  const waiting: Field[] = [];
  const frozenBundles: Field[] = [];
  if (layer.returningSince === undefined) return { waiting, frozenBundles };
  for (const { id, layers } of tree.bundles.of(layer.layerId, "preconfirmed")) {
    if (waiting.length + frozenBundles.length === MOST_WAITING) break;
    if (layers.some((other) => frozen.has(other))) frozenBundles.push(id);
    else if (!layers.every((other) => reachable.has(other))) waiting.push(id);
  }
  return { waiting, frozenBundles };
}

function noteTold({ places }: LayerState, { exits }: Shares): void {
  places.most = places.most === Number.POSITIVE_INFINITY ? places.most : Math.max(places.most, exits);
  places.told = exits;
}

/** Whether a layer takes part in the running epoch, is believed, and has blocks left for what is sent to it. */
function canBeSentTo(tree: Tree, layer: LayerState): boolean {
  const { number, stage } = tree.epoch;
  if (!isHere(layer) || !isBelieved(tree, layer) || layer.isFrozen === true) return false;
  if (layer.at!.epoch !== number && !(stage === "sealing" && layer.at!.epoch === number + 1)) return false;
  return (
    blocksUsed(layer, number) + spentBlocks(tree, layer) + blocksForMail(tree, layer) < blocksForTransactions(tree)
  );
}

/** Blocks that a layer needs at least for what is in flight to it: what no block of the epoch consumes is left out. */
function blocksForMail(tree: Tree, layer: LayerState): number {
  return Math.floor(countMail(tree, layer) / lettersOfBlock(layer));
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
