import { inputsHash } from "./encodeInputs.ts";
import { MissingInputsError } from "./errors.ts";
import type { QueueState } from "./queueState.ts";

/** Inputs by their hash, from the store or from whoever keeps them. @throws MissingInputsError */
export async function readInputs(state: QueueState, hash: string): Promise<Uint8Array> {
  const bytes = state.store.inputs.get(hash) ?? (await state.readInputs?.(hash));
  if (!bytes || inputsHash(bytes) !== hash) throw new MissingInputsError(hash);
  return bytes;
}
