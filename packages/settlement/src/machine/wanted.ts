import { MOST_DROPS } from "../link/frames.ts";
import { hasMail } from "./deliver.ts";
import { afterOf, DUTIES } from "./epoch.ts";
import { type Adopted, isHere, isOnline, type LayerState, type Wanted } from "./layerState.ts";
import { giveUpOf } from "./returning.ts";
import { partsOf } from "./setBack.ts";
import { networkTime } from "./times.ts";
import { send, type Tree } from "./tree.ts";

/** Where a layer should be: the whole of it, so that the frame before may be lost. */
export function wantedOf(tree: Tree, layer: LayerState): Omit<Wanted, "number"> {
  const { isHeld, epochsAhead } = DUTIES[isBehind(tree, layer) ? "holding" : tree.epoch.stage];
  const epoch = tree.epoch.number + epochsAhead;
  const { session, drop } = nextSession(layer);
  const giveUp = giveUpOf(tree, layer);
  return {
    type: "wanted",
    session,
    block: layer.accepted,
    message: tree.letters.lastPosition(layer.layerId, isHere(layer) ? layer.at!.epoch : epoch),
    epoch,
    after: afterOf(tree.epoch, epoch),
    time: layer.time,
    isHeld,
    drop,
    ...(giveUp === undefined ? {} : { giveUp }),
    ...(layer.adopted === undefined ? {} : { record: recordOf(layer.adopted) }),
  };
}

function recordOf({ time, stateRoot }: Adopted): NonNullable<Wanted["record"]> {
  return { time, stateRoot };
}

/**
 * The session that a layer goes to next, and what it leaves out there. That is the coordinator's own, unless a set-back
 * leaves out more than one frame holds: then the layer goes there in steps, one for each part. What it does in between
 * counts for nobody, since it is in another session than the coordinator.
 */
function nextSession({ session, drops, at }: LayerState): Pick<Wanted, "session" | "drop"> {
  const first = session - partsOf(drops) + 1;
  const next = Math.min(Math.max(first, (at?.session ?? 0) + 1), session);
  const start = (next - first) * MOST_DROPS;
  return { session: next, drop: drops.slice(start, start + MOST_DROPS) };
}

/** While others close the epoch, a layer stays in it that has not consumed all that was sent to it there. */
function isBehind(tree: Tree, layer: LayerState): boolean {
  if (tree.epoch.stage !== "sealing" || !hasMail(tree, layer)) return false;
  return !isHere(layer) || layer.at!.epoch <= tree.epoch.number;
}

/** Tells layers where they should be, and what time it is, if that place has changed since they were told last. */
export function tellWanted(tree: Tree, layers: Iterable<LayerState>): void {
  for (const layer of layers) {
    if (!isOnline(layer) || layer.at === undefined) continue;
    const wanted = wantedOf(tree, layer);
    const told = JSON.stringify(wanted, (_name, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
    if (told === layer.told) continue;
    layer.told = told;
    layer.tellings += 1;
    send(tree, layer, { type: "clock", time: networkTime(tree) });
    send(tree, layer, { ...wanted, number: layer.tellings });
  }
}
