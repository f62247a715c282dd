/**
 * What becomes of a returning transaction that could not be executed:
 * - `waits`: what it needs is not back. It may be given up: then its own error is the reason.
 * - `waits-for-room`: what stands against it passes by itself (locked keys, a full list, an
 *   epoch without blocks left, a receiver that can't be reached now).
 * - `dropped`: it can never be executed as it was signed.
 */
export type Verdict = "waits" | "waits-for-room" | "dropped";

/**
 * Judges a failure by its code. A leg of a bundle does not wait for the next epoch: the other layers have executed
 * their legs in this one, and what they did cannot settle without this leg.
 */
export const judgeFailure = (code: string, { isLeg }: { readonly isLeg: boolean }): Verdict => {
  switch (code) {
    case "sequencer/expired":
    case "sequencer/nonce-too-low":
      return "dropped";
    case "sequencer/must-wait":
      return "waits-for-room";
    case "sequencer/epoch-list-full":
    case "sequencer/destination-offline":
      return isLeg ? "waits" : "waits-for-room";
    default:
      return "waits";
  }
};
