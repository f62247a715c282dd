import type { HandedBlock } from "../machine/layerState.ts";
import { takeDecision } from "../machine/takeDecision.ts";
import type { Tree } from "../machine/tree.ts";
import type { Tables } from "../types.ts";

/**
 * Carries out the decisions of the machine, in order: first all changes of a decision in one durable write, then the
 * frames of that decision.
 */
export type Journal = {
  /** Runs a decision; resolves with its result when it is durable and everybody concerned was told. */
  change<T>(decide: () => T): Promise<T>;
  /** Resolves when everything so far is durable. */
  flushed(): Promise<void>;
};

export function createJournal(
  tree: Tree,
  dependencies: {
    readonly tables: Pick<Tables, "write">;
    /** Something that others may wait for has changed. */
    wake(): void;
    /** Blocks were set back. */
    onGone(blocks: readonly HandedBlock[]): void;
    onFailed(error: unknown): void;
  },
): Journal {
  const { tables, wake, onGone, onFailed } = dependencies;
  let durable: Promise<void> = Promise.resolve();
  let last: Promise<void> = Promise.resolve();

  function carryOut(): Promise<void> {
    const { changes, frames, gone } = takeDecision(tree);
    onGone(gone);
    if (changes.length > 0) {
      const written = tables.write(changes);
      durable = durable.then(() => written);
      durable.catch(onFailed);
    }
    const after = durable;
    // What was decided earlier is said earlier.
    last = last
      .then(() => after)
      .then(() => {
        for (const { peer, frame } of frames) peer.send(frame);
      });
    last.catch(() => {});
    return last;
  }

  return {
    async change(decide) {
      const result = decide();
      const done = carryOut();
      wake();
      await done;
      return result;
    },
    flushed: () => durable,
  };
}
