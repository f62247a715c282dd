import type { Equivocation } from "@frond/protocol";
import type { LayerState } from "../machine/layerState.ts";
import type { Core } from "./core.ts";
import { putEvidence } from "./records.ts";

/**
 * Keeps evidence that a layer's sequencer signed two blocks at one time: the first one of an established layer, which
 * proves as much as any more would. Others deal with no layer that is not established, and a new one costs nothing.
 */
export function keepEvidence({ tree, records }: Core, { conduct }: LayerState, found: Equivocation): void {
  if (conduct.isEstablished && !records.hasEvidence(found)) putEvidence(tree, found);
}
