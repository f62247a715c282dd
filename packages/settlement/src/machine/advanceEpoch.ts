import { deliverTo, mayDeliver } from "./deliver.ts";
import { blocksOfEpoch, hasSealed, isHere, isOnline, type LayerState } from "./layerState.ts";
import { noteOffence, noteOwed, setBack } from "./setBack.ts";
import { enterStage, isBelieved, putLayer, removeLetter, type Tree } from "./tree.ts";

/** How much longer others wait for a layer that they exchanged something with: what it owes them is lost otherwise. */
const DEBTOR_PATIENCE = 4;
/** Milliseconds that an epoch waits for bundles between prepare and commit. */
const BUNDLE_PATIENCE = 5_000;

/** Begins to end the running epoch, unless the one before is still being proven. */
export function beginToEnd(tree: Tree): boolean {
  if (tree.epoch.stage !== "open" || tree.closed !== undefined) return false;
  enterStage(tree, { stage: "holding", number: tree.epoch.number }, tree.closed);
  return true;
}

/**
 * Moves the running epoch on, if it is time: called whenever something changed, and every so often with the milliseconds of patience that have passed. Returns the layers that were late, when the epoch was closed.
 */
export function advanceEpoch(tree: Tree, elapsedMilliseconds: number): readonly LayerState[] | undefined {
  const { stage, number } = tree.epoch;
  if (stage === "open") return undefined;
  tree.waited += elapsedMilliseconds;
  const { layerTimeout } = tree.options;
  if (stage === "holding") {
    if (tree.bundlesRunning > 0 && tree.waited < BUNDLE_PATIENCE) return undefined;
    if (isQuiet(tree) || tree.waited >= layerTimeout / 2) enterStage(tree, { stage: "sealing", number }, tree.closed);
    return undefined;
  }
  const missing = [...tree.layers.values()].filter((layer) => !hasSealed(layer, number));
  const isWaitedFor = (layer: LayerState) => {
    if (hasDebts(tree, layer)) return tree.waited < DEBTOR_PATIENCE * layerTimeout;
    return isOnline(layer) && tree.waited < layerTimeout;
  };
  return missing.some(isWaitedFor) ? undefined : close(tree, missing);
}

/** Layers that are believed order nothing any more, and no message between layers that are there is in flight. */
function isQuiet(tree: Tree): boolean {
  for (const layer of tree.layers.values()) {
    if (!isOnline(layer)) continue;
    if (isBelieved(tree, layer) && !isStill(tree, layer)) return false;
    for (const letter of tree.letters.to(layer.layerId))
      if (!letter.isHandled && letter.epoch === tree.epoch.number && mayDeliver(tree, letter)) return false;
  }
  return true;
}

/** The layer orders nothing, and all that it sent is here. */
function isStill(tree: Tree, layer: LayerState): boolean {
  const { number } = tree.epoch;
  if (!isHere(layer) || !layer.at!.isHeld || layer.at!.epoch !== number) return false;
  return layer.at!.message <= tree.letters.lastPosition(layer.layerId, number);
}

/**
 * Whether others would be set back if the epoch were closed without the layer: it sent what they have, and the block that sent it is not here; or it has what they sent, and the block that
 * consumed it is not here.
 */
export function hasDebts(tree: Tree, layer: LayerState): boolean {
  if (!isBelieved(tree, layer)) return false;
  const epoch = tree.epoch.number;
  const blocks = blocksOfEpoch(layer, epoch);
  for (const letter of tree.letters.from(layer.layerId))
    if (letter.epoch === epoch && letter.isDelivered && !blocks.some(({ slot }) => slot === letter.slot)) return true;
  for (const letter of tree.letters.to(layer.layerId)) {
    if (letter.epoch !== epoch || !isOwed(tree, letter)) continue;
    const isConsumed = blocks.some(({ consumed }) =>
      consumed.some(({ message, position }) => message.from === letter.from && position === letter.position),
    );
    if (!isConsumed) return true;
  }
  return false;
}

function isOwed(tree: Tree, letter: { readonly from: bigint; readonly isDelivered: boolean }): boolean {
  return letter.isDelivered && tree.layers.has(letter.from);
}

/** Closes the running epoch with the blocks that are here, and opens the next one. Who is late goes back to what is here of it. */
function close(tree: Tree, late: readonly LayerState[]): readonly LayerState[] {
  const { number } = tree.epoch;
  const debtors = late.filter((layer) => hasDebts(tree, layer));
  const unable = [...tree.letters.all()].filter(({ error, epoch }) => error !== undefined && epoch === number);
  for (const layer of debtors) noteOffence(tree, layer);
  for (const { to } of unable) if (tree.layers.has(to)) noteOffence(tree, tree.layers.get(to)!);
  for (const layer of tree.layers.values()) {
    const last = blocksOfEpoch(layer, number).at(-1)?.number ?? 0;
    if (last <= layer.base) continue;
    layer.base = last;
    putLayer(tree, layer);
  }
  for (const layer of late) noteOwed(tree, layer);
  for (const letter of [...tree.letters.all()]) if (letter.epoch <= number) removeLetter(tree, letter);
  enterStage(tree, { stage: "open", number: number + 1 }, { stage: "blocks", number, leftOut: [] });
  if (late.length > 0)
    setBack(
      tree,
      late.map(({ layerId }) => layerId),
    );
  for (const layer of tree.layers.values()) {
    if (layer.stats !== undefined) layer.stats = { ...layer.stats, unsealed: 0 };
    deliverTo(tree, layer);
  }
  tree.isNetworkDirty = true;
  return late;
}
