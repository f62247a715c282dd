import { type EpochWindow, LAST_TIME } from "@frond/protocol";

/** The time that an epoch covers. */
export function windowOf(epoch: number): EpochWindow {
  return { epoch, after: 0, until: LAST_TIME };
}
