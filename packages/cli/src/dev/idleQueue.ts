import { sleep } from "@frond/foundation";
import type { OpenQueue } from "@frond/network";
import { openProofQueue } from "@frond/network/dev";
import type { TreeProver } from "@frond/settlement";

/** So long nobody calls before proving begins. */
const IDLE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 250;

/** A proof queue that begins no proof while somebody calls; `lastCall` in the milliseconds of `performance.now()`. */
export function idleQueue(lastCall: () => number): OpenQueue {
  return async (options) => {
    const { queue: _queue, ...opened } = await openProofQueue(options);
    return { ...opened, prover: provingWhenIdle(opened.prover, { lastCall }) };
  };
}

/** A prover that begins no proof until nobody has called for `idleMilliseconds`. */
export function provingWhenIdle(
  prover: TreeProver,
  {
    lastCall,
    idleMilliseconds = IDLE_MILLISECONDS,
  }: { readonly lastCall: () => number; readonly idleMilliseconds?: number },
): TreeProver {
  return {
    ...prover,
    async prove(request) {
      while (performance.now() - lastCall() < idleMilliseconds) {
        request.signal?.throwIfAborted();
        await sleep(Math.min(LOOK_MILLISECONDS, idleMilliseconds));
      }
      return await prover.prove(request);
    },
  };
}
