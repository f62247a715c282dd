import { type Field, fieldToHex } from "@frond/foundation";
import { type Preconfirmation, verifyPreconfirmation } from "@frond/protocol";
import { PreconfirmationError } from "./errors.ts";
import type { LayerInfo } from "./nodeApi.ts";

/**
 * Checks that the layer's sequencer promised exactly this transaction.
 * @throws {@link PreconfirmationError} when the layer, the transaction hash or the signature differs
 */
export function checkPreconfirmation(check: {
  readonly preconfirmation: Preconfirmation;
  readonly hash: Field;
  readonly layer: LayerInfo;
}): void {
  const { preconfirmation, hash, layer } = check;
  function fail(reason: string) {
    throw new PreconfirmationError(fieldToHex(hash), reason);
  }
  if (preconfirmation.layerId !== layer.layerId) fail("it is about another layer");
  if (preconfirmation.transactionHash !== hash) fail("it is about another transaction");
  if (!verifyPreconfirmation(preconfirmation, layer.config.sequencerKey)) fail("the sequencer's signature is wrong");
}
