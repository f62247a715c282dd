import type { EpochWindow } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";

/** The window as the circuits' struct of its parts. */
export function epochWindowInput({ epoch, after, until }: EpochWindow): InputMap {
  return { epoch, after, until };
}
