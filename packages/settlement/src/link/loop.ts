import { type Link, where } from "./link.ts";
import type { Action, At } from "./pursue.ts";

/**
 * Does one action after the other, each the next one after what the last one has changed, until there is nothing to do;
 * and begins again when it is woken.
 */
export type Loop = {
  /** Something has changed that an action may follow from. */
  wake(): void;
  /** Ends after the action that is being done. */
  close(): Promise<void>;
};

/** Milliseconds for which an action that has failed, or has changed nothing, is not done again. */
const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** Nothing is lost by an action that fails: it is still the next one, after a pause that grows. */
export function createLoop(link: Link, { next, act }: { next(): Action; act(action: Action): Promise<void> }): Loop {
  let running: Promise<void> | undefined;
  let isDue = false;
  let isClosed = false;
  let tried = { name: "", pause: FIRST_PAUSE_MILLISECONDS, until: 0 };

  function wake(): void {
    isDue = true;
    if (running !== undefined || isClosed) return;
    running = run().finally(() => {
      running = undefined;
      if (isDue) wake();
    });
  }

  async function run(): Promise<void> {
    // What changes in one turn of the process is looked at together.
    await Promise.resolve();
    while (isDue && !isClosed) {
      isDue = false;
      let what = "to look where it is";
      try {
        const action = next();
        const name = nameOf(action, where(link), link.connection.number);
        if (action.kind === "rest" || (name === tried.name && link.now < tried.until)) continue;
        const pause =
          name === tried.name ? Math.min(2 * tried.pause, LONGEST_PAUSE_MILLISECONDS) : FIRST_PAUSE_MILLISECONDS;
        tried = { name, pause, until: link.now + pause };
        what = action.kind;
        await act(action);
        isDue = true;
      } catch (error) {
        noteFailure(what, error);
      }
    }
  }

  /** The next look is at the next change, or in a second. */
  function noteFailure(action: string, error: unknown): void {
    if (isClosed) return;
    const reason = String((error as Error | undefined)?.stack ?? error);
    link.logger.error("The layer can't do what the coordinator wants; it is tried again", { action, reason });
  }

  return {
    wake,
    async close() {
      isClosed = true;
      await running;
    },
  };
}

/**
 * An action with what it can change: for a layer that is elsewhere the same action is another one, and so it is on
 * another connection, where nothing of it was done. Blocks and messages have their numbers in it.
 */
function nameOf(action: Action, { session, epoch, isHeld, returning }: At, connection: number): string {
  return JSON.stringify([action, session, epoch, isHeld, returning, connection]);
}
