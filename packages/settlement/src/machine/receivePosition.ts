import { deliverTo } from "./deliver.ts";
import { type LayerState, nothingRead, type Position } from "./layerState.ts";
import { receiversOf } from "./letters.ts";
import { noteMail } from "./network.ts";
import { noteReturned } from "./returning.ts";
import { noteOffence } from "./setBack.ts";
import { setBackByItself } from "./spent.ts";
import { isFarAhead } from "./times.ts";
import { isBelieved, putLayer, type Tree } from "./tree.ts";

/**
 * A layer reports its position. Returns why the layer can't go on, if its data is newer than the coordinator's or older
 * than what has settled. A report can set back only layers that built on blocks which the reporting layer has lost.
 */
export function receivePosition(tree: Tree, layer: LayerState, position: Position): string | undefined {
  if (layer.at !== undefined && position.number <= layer.at.number) return undefined;
  if (layer.adopted !== undefined) comeToAdopted(tree, layer, position);
  if (position.session > layer.session)
    return `the layer is in session ${position.session}, but the coordinator has set it back ${layer.session} times only: the data of one of them is not its own, or older than it was. Restore it`;
  // Each time that it comes to its session it is given all of its mail again.
  if (layer.at !== undefined && position.session < layer.at.session)
    return `the layer was in session ${layer.at.session} on this connection, and is in session ${position.session} now. Connect again after its data was restored`;
  if (position.block < Math.min(layer.base, layer.accepted))
    return `the layer has ${position.block} blocks, but ${layer.base} of it are in closed epochs. Restore its data directory`;
  // The others count on what of it the epoch that ends has: alone it may be what settles of it.
  if (isLosingBlocks(layer, position) && tree.epoch.stage !== "open") {
    noteOffence(tree, layer);
    return `the layer has ${position.block} blocks, and handed over ${layer.accepted} to an epoch that ends. Restore its data directory`;
  }
  const before = layer.at;
  const isNew = before === undefined || before.session !== position.session;
  layer.at = position;
  tree.dirty.add(layer);
  if (position.session < layer.session) return undefined;
  if (isLosingBlocks(layer, position)) {
    noteOffence(tree, layer);
    setBackByItself(tree, layer);
    return undefined;
  }
  arrive(tree, layer);
  // If others have received from it, or the epoch ends, it goes back at the end of the epoch: it is late then.
  const isAlone = () => receiversOf([layer.layerId], tree.letters).size === 1;
  if (tree.epoch.stage === "open" && isFarAhead(tree, layer, position) && isAlone()) {
    setBackByItself(tree, layer);
    return undefined;
  }
  if (isNew) redeliver(tree, layer);
  // Whom nobody can send to anyway changes nothing for others by where it is.
  if ((isNew || before.epoch !== position.epoch) && isBelieved(tree, layer)) tree.isNetworkDirty = true;
  deliverTo(tree, layer);
  noteReturned(tree);
  noteMail(tree, layer);
  return undefined;
}

/**
 * A layer says where it is that has to go back to what somebody else settled: the coordinator takes over how often the
 * layer was set back, and adds one. Once the layer is in that session, it has compared its block with L1's record.
 */
function comeToAdopted(tree: Tree, layer: LayerState, position: Position): void {
  const { session, ...record } = layer.adopted!;
  if (session !== undefined && position.session < session) return;
  if (position.session === session) layer.adopted = undefined;
  else {
    layer.session = Math.max(layer.session, position.session) + 1;
    layer.adopted = { ...record, session: layer.session };
    layer.drops = [];
  }
  putLayer(tree, layer);
}

/** The layer has handed over blocks of its session that it does not have. */
function isLosingBlocks({ session, accepted }: LayerState, position: Position): boolean {
  return position.session === session && position.block < accepted;
}

/** The layer has done its set-back durably. */
function arrive(tree: Tree, layer: LayerState): void {
  if (layer.drops.length === 0) return;
  layer.drops = [];
  putLayer(tree, layer);
}

/** Gives a layer again what it has not said to have handled. What it has had already it knows by the position. */
export function redeliver(tree: Tree, layer: LayerState): void {
  for (const letter of tree.letters.to(layer.layerId)) {
    // What it could not consume it may be able to consume now.
    if (letter.isHandled && letter.error === undefined) continue;
    tree.letters.change(letter, { isSent: false, isHandled: false, error: undefined });
  }
  // What its blocks consume is not given again.
  layer.reading = nothingRead;
  for (const [id, isHandled] of layer.deposits) if (!isHandled) layer.deposits.delete(id);
}
