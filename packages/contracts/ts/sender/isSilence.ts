import { LayerOneAnswerError, SignerError } from "../errors.ts";

/** Whether L1 or the signer gave no answer. A refusal is one. */
export function isSilence(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at instanceof LayerOneAnswerError || at instanceof SignerError) return true;
  return false;
}
