import type { BlockCircuitRef } from "../tree/knownLayer.ts";
import type { Core } from "./core.ts";

/** Forgets those of some circuits that no layer has: whoever uploaded them is forgotten, or had not been asked. */
export function forgetUnused(core: Core, circuits: readonly Pick<BlockCircuitRef, "digest" | "keyHash">[]): void {
  const { tree, dependencies, logger } = core;
  const used = [...tree.layers.values()].flatMap(({ known }) => known.circuits);
  for (const { digest, keyHash } of circuits) {
    if (used.some((circuit) => circuit.digest === digest && circuit.keyHash === keyHash)) continue;
    dependencies
      .forgetCircuit({ digest, keyHash })
      .catch((error) => logger.warn("A circuit was not forgotten", { digest, reason: String(error) }));
  }
}
