/**
 * How a job that was offered stands. Milliseconds are since then, on a clock that stands still while nothing can be
 * heard.
 */
export type OfferState =
  /** Nobody has taken it. `waiting` is undefined while it is not in the stream yet. */
  | { readonly kind: "offered"; readonly waiting: number | undefined }
  /**
   * A worker said that it is at it. `silent`: since its last sign of life. `dropped`: since it said that it is not at
   * it any more.
   */
  | { readonly kind: "taken"; readonly running: number; readonly silent: number; readonly dropped: number | undefined };

export type Patience = {
  /** For a sign of life. */
  readonly sign: number;
  /** For the job. */
  readonly job: number;
};

export type OfferVerdict =
  | "wait"
  /** It may be that the stream lost it, or gives it to nobody: look. */
  | "look"
  /** The worker stopped answering. */
  | "silent"
  /** The worker ended without a result. */
  | "dropped"
  | "overdue";

/** Decides what becomes of an offered job. */
export function judgeOffer(state: OfferState, patience: Patience): OfferVerdict {
  if (state.kind === "offered") return (state.waiting ?? 0) > patience.sign ? "look" : "wait";
  if (state.silent > patience.sign) return "silent";
  if ((state.dropped ?? 0) > patience.sign) return "dropped";
  return state.running > patience.job ? "overdue" : "wait";
}

/** Signs of life that may be missed before a worker counts as gone. */
const MISSED = 4;
/** A worker that is rarely heard of is not waited for longer than as if it spoke every so many heartbeats. */
const MOST_HEARTBEATS = 10;
/** Part of an unusual gap that is still remembered a heartbeat later. */
const MEMORY = 0.9;

/**
 * Milliseconds for which a worker may be silent: twice as many for each attempt that the job has lost, and in
 * proportion to the gaps between its signs of life of late, so that a busy machine is not taken for a dead one.
 */
export function signPatience(heartbeat: number, { gap, failures }: { gap: number; failures: number }): number {
  const usual = Math.min(MOST_HEARTBEATS * heartbeat, Math.max(heartbeat, gap));
  return MISSED * usual * 2 ** failures;
}

/** The longest gap between two signs of life, of which old ones fade. */
export function noteGap(before: number, gap: number): number {
  return Math.max(gap, before * MEMORY);
}
