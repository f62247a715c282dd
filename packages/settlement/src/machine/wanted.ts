import { DUTIES } from "./epoch.ts";
import { isHere, isOnline, type LayerState, type Wanted } from "./layerState.ts";
import { giveUpOf } from "./returning.ts";
import { send, type Tree } from "./tree.ts";

/** Where a layer should be: the whole of it, so that the frame before may be lost. */
export function wantedOf(tree: Tree, layer: LayerState): Omit<Wanted, "number"> {
  const { isHeld, epochsAhead } = DUTIES[tree.epoch.stage];
  const epoch = tree.epoch.number + epochsAhead;
  const giveUp = giveUpOf(tree, layer);
  return {
    type: "wanted",
    session: layer.session,
    block: layer.accepted,
    message: tree.letters.lastPosition(layer.layerId, isHere(layer) ? layer.at!.epoch : epoch),
    epoch,
    isHeld,
    drop: isHere(layer) ? [] : [...layer.drops],
    ...(giveUp === undefined ? {} : { giveUp }),
  };
}

/** Tells layers where they should be, if that has changed since they were told last. */
export function tellWanted(tree: Tree, layers: Iterable<LayerState>): void {
  for (const layer of layers) {
    if (!isOnline(layer) || layer.at === undefined) continue;
    const wanted = wantedOf(tree, layer);
    const told = JSON.stringify(wanted, (_name, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
    if (told === layer.told) continue;
    layer.told = told;
    layer.tellings += 1;
    send(tree, layer, { ...wanted, number: layer.tellings });
  }
}
