import { type Field, FrondError } from "@frond/foundation";
import { formatLocation, type Program, type SourceLocation } from "@frond/language";
import { addressOf, type Transaction } from "@frond/protocol";

/** A signed call that the layer did not execute, or does not execute any more. Its arguments are not kept. */
export type RefusedCall = {
  /** `refused` when it was sent; `dropped` after a promise, because a set-back took away what it needs. */
  readonly kind: "refused" | "dropped";
  /** By the node's clock, in milliseconds since 1970. */
  readonly time: number;
  readonly sender: Field;
  /** The name of the method. */
  readonly method: string;
  /** Stable: `sequencer/execution-failed`. */
  readonly code: string;
  /** The text of the assertion, or what the layer says; 300 characters at most. */
  readonly reason: string;
  /** The line of the application that refused, as `file:line:column`. */
  readonly place?: string;
};

/** The newest calls that failed, in memory. */
export type Refusals = {
  /** Takes note of what somebody sent. What no signature stands behind is left out: anybody could name any sender. */
  add(transaction: Transaction, error: unknown): void;
  addDropped(transaction: Transaction, reason: { readonly code: string; readonly message: string }): void;
  /** The newest first. */
  list(): readonly RefusedCall[];
  close(): void;
};

/** Calls that are kept, some 100 kB. */
const MOST = 200;
/** Calls of one sender that are kept. */
const MOST_OF_SENDER = 20;
const LONGEST_REASON = 300;
const LONGEST_PLACE = 200;
/** Refusals cost their sender nothing: whoever listens is told twice a second at most. */
const GATHER_MILLISECONDS = 500;

/** What is refused before the signature was looked at, or because of it. */
const UNSIGNED: readonly string[] = [
  "sequencer/malformed-transaction",
  "sequencer/wrong-layer",
  "sequencer/unknown-method",
  "sequencer/bundle-leg",
  "sequencer/invalid-signature",
  "sequencer/mempool-full",
  "sequencer/closed",
  "sequencer/failed",
];

/**
 * Keeps the newest calls that failed. One sender has a tenth of the room at most, and whoever has most loses the oldest
 * when the room is full: to push out the call of another, a stranger needs as many accounts as there are calls.
 * `onNews` is told what came since it was told last.
 */
export function createRefusals(
  { methods }: Pick<Program, "methods">,
  onNews: (calls: readonly RefusedCall[]) => void,
): Refusals {
  let calls: RefusedCall[] = [];
  let untold: RefusedCall[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    timer = undefined;
    const news = untold;
    untold = [];
    onNews(news.toReversed());
  }

  function keep(call: RefusedCall): void {
    calls = withCall(calls, call);
    untold = withCall(untold, call);
    timer ??= setTimeout(tell, GATHER_MILLISECONDS).unref();
  }

  const placeOf = ({ publicKey, method }: Transaction) => ({
    time: Date.now(),
    sender: addressOf(publicKey),
    method: methods[method]?.name ?? String(method),
  });

  return {
    add(transaction, error) {
      if (!(error instanceof FrondError) || !error.code.startsWith("sequencer/") || UNSIGNED.includes(error.code))
        return;
      const { reason = error.message, location } = error.data as { reason?: string; location?: SourceLocation };
      keep({
        kind: "refused",
        ...placeOf(transaction),
        code: error.code,
        reason: reason.slice(0, LONGEST_REASON),
        ...(location === undefined ? {} : { place: formatLocation(location).slice(-LONGEST_PLACE) }),
      });
    },
    addDropped(transaction, { code, message }) {
      keep({ kind: "dropped", ...placeOf(transaction), code, reason: message.slice(0, LONGEST_REASON) });
    },
    list: () => calls.toReversed(),
    close: () => clearTimeout(timer),
  };
}

/** The calls with one more behind them, less the oldest of whoever has most. */
export function withCall(calls: readonly RefusedCall[], call: RefusedCall): RefusedCall[] {
  const all = [...calls, call];
  const counts = new Map<Field, number>();
  for (const { sender } of all) counts.set(sender, (counts.get(sender) ?? 0) + 1);
  const most = Math.max(...counts.values());
  if (all.length <= MOST && most <= MOST_OF_SENDER) return all;
  const oldest = all.findIndex(({ sender }) => counts.get(sender) === most);
  return all.toSpliced(oldest, 1);
}
