import { sleep } from "@frond/foundation";
import type { OpenQueue } from "@frond/network";
import { openProofQueue } from "@frond/network/dev";

/** So long nobody calls before proving begins. */
const IDLE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 250;

/** A proof queue that begins no proof while somebody calls; `lastCall` in the milliseconds of `performance.now()`. */
export function idleQueue(lastCall: () => number): OpenQueue {
  return async (options) => {
    const { queue: _queue, ...opened } = await openProofQueue(options);
    return {
      ...opened,
      prover: {
        ...opened.prover,
        async prove(request) {
          while (performance.now() - lastCall() < IDLE_MILLISECONDS) {
            request.signal?.throwIfAborted();
            await sleep(LOOK_MILLISECONDS);
          }
          return await opened.prover.prove(request);
        },
      },
    };
  };
}
