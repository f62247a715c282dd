import { createBucket } from "@frond/foundation";
import type { Sequencer, SimulatedCall, UnsignedCall } from "@frond/sequencer";
import { simulationsBusy } from "../rpc/errors.ts";

/**
 * How much of the time all simulations together may take of the thread that orders transactions: milliseconds a second,
 * and in one burst.
 */
const TIME = { rate: 50, burst: 250 };
/** What a simulation is taken to need before it is known, in milliseconds. */
const EXPECTED_MILLISECONDS = 0.05;

/** Transactions that wait; with more, the thread has better things to do. */
const MAXIMUM_WAITING = 256;

/**
 * Simulates calls beside sequencing: never when transactions wait in numbers, and never for more than a twentieth of
 * the time. @throws RpcError busy, SequencerError
 */
export function createSimulator(
  sequencer: Pick<Sequencer, "simulate" | "status">,
  clock = () => performance.now(),
): (call: UnsignedCall) => SimulatedCall {
  const budget = createBucket(TIME, clock);
  /** Used beyond what was taken, and to be taken before the next one. */
  let owed = 0;
  return (call) => {
    const wait = budget.take(EXPECTED_MILLISECONDS + owed);
    if (wait > 0 || sequencer.status().waiting > MAXIMUM_WAITING) throw simulationsBusy(Math.max(wait, 100));
    const started = clock();
    try {
      return sequencer.simulate(call);
    } finally {
      // At most a burst, or it could never be taken.
      owed = Math.min(TIME.burst / 2, Math.max(0, clock() - started - EXPECTED_MILLISECONDS));
    }
  };
}
