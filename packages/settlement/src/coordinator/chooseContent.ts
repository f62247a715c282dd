import type { Field } from "@frond/foundation";
import type { EpochWindow } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { type ClosedEpoch, type LeftOut, windowOf } from "../machine/epoch.ts";
import { blocksOfEpoch } from "../machine/layerState.ts";
import { type Inclusion, includeBlocks } from "../tree/inclusion.ts";
import { pathOf } from "../tree/knownLayer.ts";
import { type Core, isRegistered, knownLayers } from "./core.ts";

/** What of an epoch settles, and what the epoch leaves out. */
export type EpochContent = {
  readonly window: EpochWindow;
  readonly included: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly registrations: readonly Field[];
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

const REGISTRATIONS = 8;

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

/** The candidates that the included blocks need. */
export function registrationsFor(core: Core, included: Inclusion["included"]): Field[] {
  const known = knownLayers(core);
  const needed = new Set<Field>();
  for (const layerId of included.keys())
    for (let id = layerId; known.has(id); id = known.get(id)!.config.parentId) needed.add(id);
  return candidates(core, core.tree.closed!.number).filter((id) => needed.has(id));
}
