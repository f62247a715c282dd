import { MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import type { Clock } from "../types.ts";
import type { NetworkTime } from "./createNetworkTime.ts";

/**
 * Keeps a layer from running ahead. The coordinator takes no block that is later than the network's time, or than the
 * end of the epoch before, by more than `MAX_DRIFT_MILLISECONDS`; the layer opens none. Nor does it while it waits to
 * be told the network's time: blocks by a wall clock that is hours ahead would make it wait for hours.
 */
export type Headroom = {
  /** The latest time that a block may have now. */
  latest(): number;
  /** Milliseconds until a block of this time may be opened; 0 if it may be now. */
  missing(time: number): number;
  /** The same as a question: if the block may not be opened now, `onRoom` is called when it may be. */
  isAhead(time: number): boolean;
  /** The network's time is another. */
  check(): void;
  /** Calls back no more. */
  stop(): void;
};

/** Looks at least so often, for a wall clock may be set forward, too. */
const LOOK_MILLISECONDS = 1_000;

export function createHeadroom(dependencies: {
  readonly clock: Pick<Clock, "after" | "passed">;
  readonly networkTime: Pick<NetworkTime, "now" | "wait">;
  /** The end of the epoch before. */
  after(): number;
  onRoom(): void;
}): Headroom {
  const { clock, networkTime, after, onRoom } = dependencies;
  let isStopped = false;
  let look: { readonly at: number; readonly cancel: () => void } | undefined;

  const latest = (): number => Math.max(networkTime.now(), after()) + MAX_DRIFT_MILLISECONDS;
  const missing = (time: number): number => Math.max(networkTime.wait(), time - latest());
  const cancel = (): void => {
    look?.cancel();
    look = undefined;
  };
  const check = (): void => {
    if (look === undefined) return;
    cancel();
    onRoom();
  };
  return {
    latest,
    missing,
    isAhead(time) {
      const milliseconds = Math.min(missing(time), LOOK_MILLISECONDS);
      if (milliseconds === 0) return false;
      const at = clock.passed() + milliseconds;
      if (!isStopped && (look === undefined || at < look.at)) {
        cancel();
        look = { at, cancel: clock.after(milliseconds, check) };
      }
      return true;
    },
    check,
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
