import { retry, silentLogger, sleep } from "@frond/foundation";
import { formatGwei } from "viem";
import { SubmissionGivenUpError, TransactionRevertedError } from "../errors.ts";
import { admit } from "./admit.ts";
import { isSilence } from "./isSilence.ts";
import { lookAfterAll } from "./lookAfterAll.ts";
import {
  findSubmission,
  type Sender,
  type SenderDependencies,
  type SenderOptions,
  type SenderState,
  type SendOptions,
  workOf,
} from "./state.ts";
import type { MinedAt } from "./submission.ts";

/** Creates the sender from its records. @throws SubmissionsDamagedError */
export function createSender(options: SenderOptions, dependencies: SenderDependencies): Sender {
  const { logger = silentLogger, records, signer } = dependencies;
  const submissions = records.read();
  const fresh = { logger, submissions, memories: new Map(), callers: new Map() };
  const state: SenderState = { ...options, ...dependencies, ...fresh };
  // One step at a time: nobody else chooses a nonce or signs a version meanwhile.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const next = last.then(step);
    last = next.catch(() => {});
    return next;
  };
  const look = () => inTurn(() => lookAfterAll(state));
  const closing = new AbortController();

  return {
    address: signer.address,
    look,
    async send(key, work, sending = {}) {
      const signal = AbortSignal.any([closing.signal, ...(sending.signal === undefined ? [] : [sending.signal])]);
      state.callers.set(key, (state.callers.get(key) ?? 0) + 1);
      try {
        const attempt = async () => {
          await inTurn(() => admit(state, key, work));
          return await untilMined(state, key, { ...sending, signal, look });
        };
        const what = `Sending ${key} to L1`;
        // L1 or the signer gave no answer: the transaction is durable, and is gone on with.
        return await retry(attempt, { what, signal, logger, isFinal: (error) => !isSilence(error) });
      } finally {
        state.callers.set(key, state.callers.get(key)! - 1);
        if (state.callers.get(key) === 0) state.callers.delete(key);
      }
    },
    sent(key) {
      const found = findSubmission(state, key);
      return found && { ...workOf(found), mined: found.mined };
    },
    waiting() {
      const dear = state.submissions.find(({ key }) => state.memories.get(key)?.isTooDear);
      if (dear !== undefined)
        return (
          `${dear.key} waits: L1's node takes no transaction that may cost so much. ` +
          "Raise the node's limit (geth: --rpc.txfeecap), name another node, or wait until L1 is cheaper"
        );
      const capped = state.submissions.find(({ key }) => state.memories.get(key)?.isCapped);
      if (capped === undefined) return undefined;
      return (
        `${capped.key} waits: L1 asks for more than the ${formatGwei(state.maxFeePerGas)} gwei that a unit of gas may ` +
        "cost. Raise --l1-max-fee, or wait until L1 is cheaper"
      );
    },
    close: () => closing.abort(),
  };
}

async function untilMined(
  state: SenderState,
  key: string,
  { safeBlock, signal, look }: SendOptions & { look(): Promise<void> },
): Promise<MinedAt> {
  for (;;) {
    signal?.throwIfAborted();
    await look();
    const submission = findSubmission(state, key);
    if (submission === undefined) throw new SubmissionGivenUpError(key);
    const { mined } = submission;
    if (mined?.isReverted) throw new TransactionRevertedError({ action: key, hash: mined.hash });
    const isSafe = mined !== undefined && (safeBlock === undefined || BigInt(mined.block) <= (await safeBlock()));
    // A reorganisation may have undone it while the caller's last safe block was read.
    if (isSafe && findSubmission(state, key)?.mined?.blockHash === mined.blockHash) return mined;
    await sleep(state.pollMilliseconds, signal === undefined ? {} : { signal });
  }
}
