import { sleep } from "@frond/foundation";
import type { Hex, TransactionReceipt } from "viem";
import { TransactionReplacedError } from "./errors.ts";
import type { LayerOneClient } from "./layerOneClient.ts";
import { viemErrorIn } from "./viemErrorIn.ts";

export type UntilMinedOptions = {
  readonly hash: Hex;
  /** Milliseconds. */
  readonly pollingInterval?: number;
  /** After which L1 is asked whether it still knows the transaction; 180,000 by default. */
  readonly lookMilliseconds?: number;
};

const LOOK_MILLISECONDS = 180_000;
const ASK_MILLISECONDS = 5_000;

/**
 * Receipt of a transaction once it is mined, for as long as L1 knows it: how long that takes is the matter of L1 and of
 * the fee. A wallet may have sent the same call again with a higher fee; the receipt is that one's then.
 *
 * @throws {@link TransactionReplacedError} when a transaction that does something else has taken its place
 * @throws viem's WaitForTransactionReceiptTimeoutError if L1 has dropped it
 */
export async function untilMined(
  publicClient: LayerOneClient,
  { hash, lookMilliseconds = LOOK_MILLISECONDS, ...rest }: UntilMinedOptions,
): Promise<TransactionReceipt> {
  for (;;) {
    const received = new AbortController();
    try {
      let other: Hex | undefined;
      const waited = publicClient.waitForTransactionReceipt({
        hash,
        timeout: lookMilliseconds,
        signal: received.signal,
        ...rest,
        onReplaced: ({ reason, transaction }) => {
          if (reason !== "repriced") other = transaction.hash;
        },
      });
      const receipt = await Promise.race([waited, askForReceipt(publicClient, hash, received.signal)]);
      if (other !== undefined) throw new TransactionReplacedError({ hash, replacement: other });
      return receipt;
    } catch (error) {
      const isLate = viemErrorIn(error, "WaitForTransactionReceiptTimeoutError") !== undefined;
      if (!isLate || !(await isKnown(publicClient, hash))) throw error;
    } finally {
      received.abort();
    }
  }
}

/**
 * viem asks for the receipt once for each block. A node that announces a block before its receipts, and makes the next
 * one only for another transaction, would never be asked again.
 */
async function askForReceipt(client: LayerOneClient, hash: Hex, signal: AbortSignal): Promise<TransactionReceipt> {
  for (;;) {
    await sleep(ASK_MILLISECONDS, { signal });
    signal.throwIfAborted();
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined);
    if (receipt !== undefined) return receipt;
  }
}

/** Also while L1 does not answer. */
async function isKnown(publicClient: LayerOneClient, hash: Hex): Promise<boolean> {
  return publicClient.getTransaction({ hash }).then(
    () => true,
    (error) => viemErrorIn(error, "TransactionNotFoundError") === undefined,
  );
}
