import type { Field } from "@frond/foundation";
import type { Preconfirmation } from "@frond/protocol";
import type { BundleRecord } from "../machine/bundleRecord.ts";

/**
 * Runs of bundles, one at a time for each id, and what the layers promised. Two runs of one bundle at once would abort
 * each other's legs, and whoever sends a bundle again has to learn that it is there.
 */
export type BundleTurns = {
  /** Runs when no other run with this id is under way. */
  inTurn<T>(id: Field, run: () => Promise<T>): Promise<T>;
  /** The layers have executed all legs. */
  notePromised(bundle: BundleRecord, preconfirmations: readonly Preconfirmation[]): void;
  /** The promises of a bundle, until something becomes of it: its record is another one then. */
  promisedOf(bundle: BundleRecord): readonly Preconfirmation[] | undefined;
};

export function createBundleTurns(): BundleTurns {
  const running = new Map<Field, Promise<unknown>>();
  const promised = new WeakMap<BundleRecord, readonly Preconfirmation[]>();
  return {
    async inTurn(id, run) {
      while (running.has(id)) await running.get(id)!.catch(() => {});
      const turn = run();
      running.set(id, turn);
      try {
        return await turn;
      } finally {
        running.delete(id);
      }
    },
    notePromised: (bundle, preconfirmations) => void promised.set(bundle, preconfirmations),
    promisedOf: (bundle) => promised.get(bundle),
  };
}
