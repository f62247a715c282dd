import { publicKeyOf } from "@frond/foundation";
import type { Program } from "@frond/language";
import { addressOf, LAST_TIME, signTransaction } from "@frond/protocol";
import type { NodeContext, NodeHooks } from "./types.ts";

export type EveryOptions = {
  readonly program: Program;
  /** The name of a method without arguments. */
  readonly method: string;
  /** From one call to the next. */
  readonly milliseconds: number;
  /** Who calls. */
  readonly secret: bigint;
  /** Milliseconds since 1970; by default those of this machine. */
  readonly clock?: () => number;
};

/** How long a call may wait to be executed. */
const VALID_MILLISECONDS = 60_000;

/**
 * Calls a method whenever the clock passes a multiple of `milliseconds`, so that the layer's world moves when nobody
 * does anything. A call that the application refuses, and one whose moment passed while the one before was under way,
 * is left out: calls never pile up. A clock that is set back or forward moves the next call, and stops none.
 */
export function callEvery(options: EveryOptions): NodeHooks {
  const { program, method, milliseconds, secret, clock = Date.now } = options;
  const number = program.methods.findIndex(({ name }) => name === method);
  const address = addressOf(publicKeyOf(secret));
  let timer: NodeJS.Timeout | undefined;
  let isCalling = false;

  const call = async ({ sequencer, layer }: NodeContext): Promise<void> => {
    // The layer's clock may be ahead of this machine's.
    const now = Math.max(clock(), sequencer.status().time);
    const transaction = signTransaction(
      {
        layerId: layer.layerId,
        method: number,
        args: Array(program.argumentFields).fill(0n),
        nonce: sequencer.nextNonce(address),
        maxFee: program.hasFee ? 2n ** 64n - 1n : 0n,
        expiry: Math.min(now + VALID_MILLISECONDS, LAST_TIME),
      },
      secret,
    );
    await sequencer.submit(transaction);
  };

  const schedule = (context: NodeContext): void => {
    const left = milliseconds - (clock() % milliseconds);
    // A timer that fires a moment early, just before its multiple, must not call again at the multiple itself.
    const delay = left < milliseconds / 2 ? left + milliseconds : left;
    timer = setTimeout(() => {
      schedule(context);
      if (isCalling) return;
      isCalling = true;
      call(context)
        .catch((error: Error) => context.logger.debug(`${method} was refused`, { reason: error.message }))
        .finally(() => {
          isCalling = false;
        });
    }, delay);
  };

  return {
    name: "every",
    start: async (context) => schedule(context),
    close: async () => clearTimeout(timer),
  };
}
