import type { Field } from "@frond/foundation";
import type { EpochWindow } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { type ClosedEpoch, type LeftOut, windowOf } from "../machine/epoch.ts";
import { blocksOfEpoch, isOnline } from "../machine/layerState.ts";
import { isResting } from "../machine/rest.ts";
import { type Inclusion, includeBlocks } from "../tree/inclusion.ts";
import { pathOf } from "../tree/knownLayer.ts";
import type { Upgrade } from "../types.ts";
import { type Core, isRegistered, knownLayers, layersOnLayerOne } from "./core.ts";
import { dueUpgrades } from "./dueUpgrades.ts";
import { retrying } from "./retrying.ts";

/** What of an epoch settles, and what the epoch leaves out. */
export type EpochContent = {
  readonly window: EpochWindow;
  readonly included: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly registrations: readonly Field[];
  readonly upgrades: ReadonlyMap<Field, Upgrade>;
  /** Layers that are frozen, in the order in which L1 demands it. */
  readonly freezes: readonly Field[];
  readonly leftOut: readonly LeftOut[];
};

/** The first block of a layer that has no proof, and why. */
export type Failed = Map<Field, { readonly block: number; readonly reason: string }>;

/** Chooses the blocks of the closed epoch that can settle together. */
export function chooseBlocks(core: Core, closed: ClosedEpoch, failed: Failed): Inclusion {
  const blocks = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, layer] of core.tree.layers) {
    const own = blocksOfEpoch(layer, closed.number);
    if (own.length > 0) blocks.set(layerId, own);
  }
  return includeBlocks({
    window: windowOf(closed),
    trunk: core.ledger.trunk,
    layers: knownLayers(core),
    blocks,
    failed,
    deposit: (id) => core.tree.deposits.get(id),
    registrations: candidates(core, closed.number),
  });
}

/** Registrations of layers with blocks in an epoch, and of layers that only wait for theirs. */
const REGISTRATIONS = 8;
const REGISTRATIONS_WITHOUT_BLOCKS = 2;

/**
 * Layers that may be written into the tree with this epoch: layers with blocks in the epoch, and the layers above them,
 * parents first. A layer that is only registered takes no place from others.
 */
function candidates(core: Core, epoch: number): Field[] {
  const known = knownLayers(core);
  const wanted = new Set<Field>();
  for (const [layerId, layer] of core.tree.layers) {
    if (blocksOfEpoch(layer, epoch).length === 0) continue;
    for (let id = layerId; known.has(id); id = known.get(id)!.config.parentId)
      if (!isRegistered(core, { layerId: id }, known)) wanted.add(id);
  }
  const depth = (id: Field) => pathOf(known, id)?.length ?? 0;
  const inOrder = [...known.keys()].filter((id) => wanted.has(id)).sort((a, b) => depth(a) - depth(b));
  return inOrder.slice(0, core.options.registrationsPerEpoch ?? REGISTRATIONS);
}

/** What an epoch changes of records besides blocks. */
export type RecordMoves = Pick<EpochContent, "registrations" | "upgrades" | "freezes">;

/**
 * Layers that the epoch registers: those that its blocks need, and a few that have waited longest, for L1 takes no
 * deposit for a layer before; layers that are frozen because L1 demands it; and configs that take the place of others.
 */
export async function recordMovesFor(
  core: Core,
  { included, window }: Pick<Inclusion, "included"> & { readonly window: EpochWindow },
): Promise<RecordMoves> {
  const demanded = await retrying(core, "Reading demands of freezes", () => core.dependencies.layerOne.freezes());
  const known = layersOnLayerOne(core);
  const freezes = demanded.filter((layerId) => isRegistered(core, { layerId }, known));
  const due = await retrying(core, "Reading announcements of upgrades", () => dueUpgrades(core, window));
  const upgrades = new Map([...due].filter(([layerId]) => !freezes.includes(layerId)));
  return { registrations: [...registrationsFor(core, included), ...waitingNewcomers(core)], upgrades, freezes };
}

/** Layers below registered ones that wait for their registration without a block, the first that came first. */
export function waitingNewcomers(core: Core): Field[] {
  const known = knownLayers(core);
  const waiting = [...core.tree.layers.values()].filter(
    (layer) =>
      isOnline(layer) &&
      layer.blocks.size === 0 &&
      !isResting(layer, core.tree.options.time()) &&
      !isRegistered(core, layer, known) &&
      isRegistered(core, { layerId: layer.known.config.parentId }, known),
  );
  return waiting
    .sort((a, b) => a.place - b.place)
    .slice(0, core.options.registrationsWithoutBlocks ?? REGISTRATIONS_WITHOUT_BLOCKS)
    .map(({ layerId }) => layerId);
}

/** The candidates that the included blocks need. */
function registrationsFor(core: Core, included: Inclusion["included"]): Field[] {
  const known = knownLayers(core);
  const needed = new Set<Field>();
  for (const layerId of included.keys())
    for (let id = layerId; known.has(id); id = known.get(id)!.config.parentId) needed.add(id);
  return candidates(core, core.tree.closed!.number).filter((id) => needed.has(id));
}
