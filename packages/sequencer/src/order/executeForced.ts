import type { Field } from "@frond/foundation";
import type { ForcedTransaction } from "@frond/protocol";
import type { Surroundings } from "./executeTransaction.ts";
import type { Effect } from "./openBlock.ts";

/**
 * Runs a forced transaction. One that is invalid changes nothing, but the entries it opened belong to the block, and
 * the effect says what is wrong with it. Changes nothing; the result says what to change.
 */
export function executeForced(transaction: ForcedTransaction, around: Surroundings): Effect {
  const { executor, layerId, time, epoch, entryWidth, read } = around;
  const zeros = Array<Field>(entryWidth).fill(0n);
  const get = (entry: Field): readonly Field[] => read(entry) ?? zeros;
  const outcome = executor.runForced({ transaction, context: { layerId, time, epoch }, state: { get } });
  const touched = [...outcome.touched];
  const writes = outcome.ok ? outcome.writes : new Map<Field, readonly Field[]>();
  return {
    touched,
    values: new Map(touched.map((entry) => [entry, writes.get(entry) ?? get(entry)])),
    produced: outcome.ok ? outcome.sent : [],
    ...(outcome.ok && { emitted: outcome.emitted }),
    ...(!outcome.ok && { problem: outcome.error.message }),
  };
}
