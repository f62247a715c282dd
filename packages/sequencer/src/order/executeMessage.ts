import type { Field } from "@frond/foundation";
import { bounceOf, type Message } from "@frond/protocol";
import type { Surroundings } from "./executeTransaction.ts";
import type { Effect } from "./openBlock.ts";

/**
 * Runs the handler of a consumed message. If it fails, or there is none, the message goes back to its sender as a
 * bounce; a bounce that fails is swallowed. Either way the entries it opened (after a failure the circuit opens no more
 * either) belong to the block. Changes nothing; the result says what to change.
 */
export function executeMessage(message: Message, around: Surroundings): Effect {
  const zeros = Array<Field>(around.entryWidth).fill(0n);
  const get = (entry: Field): readonly Field[] => around.read(entry) ?? zeros;
  const outcome = around.executor.runHandler({
    message,
    context: { layerId: around.layerId, time: around.time, epoch: around.epoch },
    state: { get },
  });
  const touched = [...outcome.touched];
  const writes = outcome.ok ? outcome.writes : new Map<Field, readonly Field[]>();
  return {
    touched,
    values: new Map(touched.map((entry) => [entry, writes.get(entry) ?? get(entry)])),
    produced: outcome.ok ? outcome.sent : bouncesOf(message, around),
    ...(outcome.ok ? { emitted: outcome.emitted } : { failure: outcome.error }),
  };
}

function bouncesOf(message: Message, around: Surroundings): Message[] {
  const bounce = bounceOf(message, around);
  return bounce === undefined ? [] : [bounce];
}
