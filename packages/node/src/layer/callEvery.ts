import { publicKeyOf } from "@frond/foundation";
import type { Program } from "@frond/language";
import { addressOf, signTransaction } from "@frond/protocol";
import type { NodeContext, NodeHooks } from "./types.ts";

export type EveryOptions = {
  readonly program: Program;
  /** The name of a method without arguments. */
  readonly method: string;
  /** Who calls. */
  readonly secret: bigint;
  /** Milliseconds after which a call that was refused is tried again. */
  readonly retryMilliseconds: number;
};

/** Times for which a call may wait. */
const EXPIRY_TIMES = 100;
const MAXIMUM_TIME = 2 ** 32 - 1;

/**
 * Calls a method at the start of every time, so that the layer has blocks and its world moves when nobody does
 * anything.
 */
export function callEvery({ program, method, secret, retryMilliseconds }: EveryOptions): NodeHooks {
  const number = program.methods.findIndex(({ name }) => name === method);
  const address = addressOf(publicKeyOf(secret));
  let timer: NodeJS.Timeout | undefined;
  let context: NodeContext | undefined;
  /** The time of the last call. */
  let calledIn: number | undefined;
  let isCalling = false;
  let isClosed = false;

  const call = async ({ sequencer, layer }: NodeContext): Promise<void> => {
    const { time } = sequencer.status();
    if (time === calledIn) return;
    const transaction = signTransaction(
      {
        layerId: layer.layerId,
        method: number,
        args: Array(program.argumentFields).fill(0n),
        nonce: sequencer.nextNonce(address),
        maxFee: program.hasFee ? 2n ** 64n - 1n : 0n,
        expiry: Math.min(time + EXPIRY_TIMES, MAXIMUM_TIME),
      },
      secret,
    );
    calledIn = (await sequencer.submit(transaction)).time;
  };

  const next = (delay: number): void => {
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      next(retryMilliseconds);
      if (isCalling) return;
      isCalling = true;
      // It is refused where the application has nothing to do in this time; the next block or the timer asks again.
      call(context!)
        .catch((error: Error) => context!.logger.debug(`${method} was refused`, { reason: error.message }))
        .finally(() => {
          isCalling = false;
        });
    }, delay);
  };

  return {
    name: "every time",
    async start(started) {
      context = started;
      next(0);
    },
    onBlock: () => next(0),
    async close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
