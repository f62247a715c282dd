import { ChainWentBackError } from "../errors.ts";
import type { Core } from "./core.ts";

/**
 * Settles again, in their order, the epochs that L1 has undone in a reorganisation deeper than its confirmations. Their
 * proofs stay valid: L1 is again at the root and the time from which they were made.
 * @throws ChainWentBackError if L1 has undone what it had made final
 */
export async function settleUndone(core: Core): Promise<void> {
  const { layerOne } = core.dependencies;
  const settled = core.ledger.epoch;
  const onLayerOne = (await layerOne.state()).epoch - 1;
  for (let epoch = onLayerOne + 1; epoch <= settled; epoch++) {
    core.logger.warn(`A reorganisation of L1 has undone epoch ${epoch}; it is settled again`);
    if (!(await layerOne.settleAgain(epoch))) throw new ChainWentBackError({ settled, onLayerOne });
  }
}
