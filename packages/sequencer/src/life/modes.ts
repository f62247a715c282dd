/**
 * What a sequencer does. Each mode with what may come next (`failed` may follow all):
 * - `replaying`: does again what the log says. Then `setting back` if something returns, else `running`.
 * - `running`: then `holding`, `setting back`, `draining`.
 * - `holding`: the epoch ends; transactions wait, messages go on. Then `running`, `setting back`, `refusing`.
 * - `setting back`: from the call of a set-back until each returning transaction was tried. Then `running`, `refusing`.
 * - `draining`: closes, and answers what waits.
 * - `refusing`: closes, and refuses what waits, for it would have to wait longer.
 * - `failed`: the store or the sealer failed. Nothing comes next.
 */
export type Mode = "replaying" | "running" | "holding" | "setting back" | "draining" | "refusing" | "failed";

export type Permissions = {
  /** What becomes of transactions in the queue. */
  readonly transactions: "order" | "wait" | "refuse";
  /** Whether messages are handled. */
  readonly messages: boolean;
  /** Whether returning transactions are tried when something has changed. */
  readonly returning: boolean;
  /** Whether a block ends when its time is over. */
  readonly timer: boolean;
};

/** What a sequencer may do in each mode. */
export const PERMISSIONS: Readonly<Record<Mode, Permissions>> = {
  replaying: { transactions: "wait", messages: false, returning: false, timer: false },
  running: { transactions: "order", messages: true, returning: true, timer: true },
  holding: { transactions: "wait", messages: true, returning: false, timer: true },
  "setting back": { transactions: "wait", messages: false, returning: false, timer: false },
  draining: { transactions: "order", messages: false, returning: false, timer: false },
  refusing: { transactions: "refuse", messages: false, returning: false, timer: false },
  failed: { transactions: "refuse", messages: false, returning: false, timer: false },
};

export type Circumstances = {
  readonly hasFailed: boolean;
  readonly isClosing: boolean;
  readonly isReplaying: boolean;
  readonly isSettingBack: boolean;
  readonly isHolding: boolean;
};

export function modeOf(now: Circumstances): Mode {
  const { hasFailed, isClosing, isReplaying, isSettingBack, isHolding } = now;
  if (hasFailed) return "failed";
  if (isClosing) return isSettingBack || isHolding ? "refusing" : "draining";
  if (isReplaying) return "replaying";
  if (isSettingBack) return "setting back";
  return isHolding ? "holding" : "running";
}

/** What else transactions and messages need. */
export type Room = {
  /** More blocks are cut and not sealed than may be. */
  readonly isBehind: boolean;
  /** No block is open, and transactions may open none in this epoch. */
  readonly isOutOfBlocks: boolean;
  /** No block is open, and the next one would be ahead of the network's time, as far as that is known. */
  readonly isAhead: boolean;
};

/** What a sequencer may do now. */
export function permissionsOf(mode: Mode, { isBehind, isOutOfBlocks, isAhead }: Room): Permissions {
  const permitted = PERMISSIONS[mode];
  const { transactions } = permitted;
  const isWaiting = isBehind || isOutOfBlocks || isAhead;
  // Neither the next epoch nor the time is waited for any more; blocks are still sealed.
  if (mode === "draining" && !isBehind && isWaiting) return { ...permitted, transactions: "refuse" };
  return {
    ...permitted,
    transactions: transactions === "order" && isWaiting ? "wait" : transactions,
    messages: permitted.messages && !isBehind && !isAhead,
    returning: permitted.returning && !isWaiting,
  };
}
