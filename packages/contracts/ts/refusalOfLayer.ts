import { type Field, fieldToHex } from "@frond/foundation";
import { LayerFrozenError, LayerNotRegisteredError } from "./errors.ts";
import { revertOf } from "./revertOf.ts";

/**
 * What to tell about a refusal of the contract to send something to a layer. Other errors stay as they are.
 *
 * @returns {@link LayerNotRegisteredError}, {@link LayerFrozenError}, or `error`
 */
export function refusalOfLayer(error: unknown, layer: Field): unknown {
  const name = revertOf(error)?.data?.errorName;
  const data = { layer: fieldToHex(layer) };
  if (name === "LayerUnknown") return new LayerNotRegisteredError(data, error);
  if (name === "LayerIsFrozen" || name === "LayerFreezes") return new LayerFrozenError(data, error);
  return error;
}
