import {
  type Hex,
  type PublicClient,
  TransactionNotFoundError,
  type TransactionReceipt,
  WaitForTransactionReceiptTimeoutError,
} from "viem";

export type UntilMinedOptions = {
  readonly hash: Hex;
  /** Milliseconds. */
  readonly pollingInterval?: number;
  /** After which L1 is asked whether it still knows the transaction; 180,000 by default. */
  readonly lookMilliseconds?: number;
};

const LOOK_MILLISECONDS = 180_000;

/**
 * Receipt of a transaction once it is mined, for as long as L1 knows it: how long that takes is the matter of L1 and of
 * the fee.
 *
 * @throws viem's WaitForTransactionReceiptTimeoutError if L1 has dropped it
 */
export async function untilMined(
  publicClient: PublicClient,
  { hash, lookMilliseconds = LOOK_MILLISECONDS, ...rest }: UntilMinedOptions,
): Promise<TransactionReceipt> {
  for (;;) {
    try {
      return await publicClient.waitForTransactionReceipt({ hash, timeout: lookMilliseconds, ...rest });
    } catch (error) {
      const isLate = error instanceof WaitForTransactionReceiptTimeoutError;
      if (!isLate || !(await isKnown(publicClient, hash))) throw error;
    }
  }
}

/** Also while L1 does not answer. */
async function isKnown(publicClient: PublicClient, hash: Hex): Promise<boolean> {
  return publicClient.getTransaction({ hash }).then(
    () => true,
    (error) => !(error instanceof TransactionNotFoundError),
  );
}
