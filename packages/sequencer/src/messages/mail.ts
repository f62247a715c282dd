import type { Orderer } from "../order/types.ts";
import type { Clock } from "../types.ts";
import type { Inbox } from "./inbox.ts";

/** Brings messages from the inbox into blocks. */
export type Mail = {
  /** Handles what can be handled now. Called whenever that may have changed. */
  deliver(): void;
  /** Cuts no block any more. */
  close(): void;
};

/**
 * Messages come first in a block. So they are handled when a block ends, when none is open, and while the open one has
 * no transactions; if it has some, it is cut when a message has waited for `delayMilliseconds`, or at once while
 * transactions are held.
 */
export function createMail(dependencies: {
  /** Milliseconds that a message waits at most before the open block is cut for it. */
  delayMilliseconds(): number;
  readonly inbox: Inbox;
  readonly orderer: Pick<Orderer, "takesMessages" | "handle"> & { readonly tip: Pick<Orderer["tip"], "cut"> };
  readonly clock: Clock;
  /** Whether there is room, and the sequencer is running. */
  mayHandle(): boolean;
  areTransactionsHeld(): boolean;
  /** Sends what was handled to the disk. */
  flush(): Promise<unknown>;
  onRefused(error: unknown): void;
}): Mail {
  const { delayMilliseconds, inbox, orderer, clock, mayHandle, areTransactionsHeld, flush, onRefused } = dependencies;
  let isDelivering = false;
  let cancelDelay: (() => void) | undefined;
  const stopDelay = (): void => {
    cancelDelay?.();
    cancelDelay = undefined;
  };

  const deliver = (): void => {
    if (isDelivering) return;
    isDelivering = true;
    while (mayHandle() && orderer.takesMessages) if (!inbox.handleOldest(orderer.handle, onRefused)) break;
    isDelivering = false;
    inbox.settle(flush());
    planCut();
  };

  const planCut = (): void => {
    const since = inbox.waitingSince;
    if (since === undefined || orderer.takesMessages || !mayHandle()) {
      stopDelay();
      return;
    }
    if (areTransactionsHeld()) {
      orderer.tip.cut();
      return;
    }
    cancelDelay ??= clock.after(Math.max(0, since + delayMilliseconds() - clock.passed()), () => {
      cancelDelay = undefined;
      if (inbox.waitingSince !== undefined && !orderer.takesMessages && mayHandle()) orderer.tip.cut();
    });
  };

  return { deliver, close: stopDelay };
}
