import type { L1 } from "@frond/contracts";
import type { Settings } from "../settings.ts";
import type { Reporter } from "../terminal/reporter.ts";
import type { LayerOnePlace } from "./layerOnePlace.ts";
import type { OpenLeftLayer } from "./openLeftLayer.ts";

/** Who leaves, and where. */
export type Leaving = {
  readonly settings: Settings;
  readonly l1: L1;
  readonly place: LayerOnePlace;
  readonly left: OpenLeftLayer;
  readonly secret: bigint;
  readonly reporter: Reporter;
};
