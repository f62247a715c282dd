import type { Field } from "@frond/foundation";
import type { KnownLayer } from "../tree/knownLayer.ts";
import { layersOfSnapshot, snapshotOfLayers } from "../tree/snapshotOfLayers.ts";
import { type Core, knownLayers } from "./core.ts";
import { putLedger } from "./records.ts";

/** Gives the trunk's snapshot the keys of a layer that were not known when it was read from L1. */
export function knowKeys(core: Core, { layerId, blockKeys }: KnownLayer): void {
  const layers = layersOfSnapshot(core.ledger.trunk);
  const known = knownLayers(core);
  const keysOf = (id: Field) => (id === layerId ? blockKeys : (known.get(id)?.blockKeys ?? []));
  core.ledger = { ...core.ledger, trunk: snapshotOfLayers(layers, keysOf) };
  putLedger(core.tree, core.ledger);
}
