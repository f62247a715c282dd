/**
 * What becomes of a returning transaction that could not be executed:
 * - `waits`: what it needs is not back. It may be given up: then its own error is the reason.
 * - `waits-for-room`: what stands against it passes by itself (locked keys, a full list, an epoch without blocks left,
 *   a receiver or a layer of its bundle that can't be reached now).
 * - `dropped`: it can never be executed as it was signed.
 */
export type Verdict = "waits" | "waits-for-room" | "dropped";

/** Judges a failure by its code. */
export function judgeFailure(code: string): Verdict {
  switch (code) {
    case "sequencer/expired":
    case "sequencer/nonce-too-low":
      return "dropped";
    case "sequencer/must-wait":
    case "sequencer/epoch-list-full":
    case "sequencer/destination-offline":
    case "sequencer/bundle-waits":
      return "waits-for-room";
    default:
      return "waits";
  }
}
