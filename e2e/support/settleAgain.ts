import { decodeSettle, type EpochSubmission, encodeSettle, settleArguments, settlementAbi } from "@frond/contracts";
import { contractErrorName } from "@frond/contracts/testing";
import { type BaseError, getContractError, type Hex, type PublicClient, toHex } from "viem";

/** Words of the contract's storage that a call finds in place of those that are there. */
type Storage = Readonly<Record<Hex, Hex>>;

/** An epoch that has settled, and what L1 would have said had something been different. */
export type SettledAgain = {
  readonly epoch: EpochSubmission;
  /** Who settled it. */
  readonly from: Hex;
  /** In the block before, with the same blob: the name of the contract's error, or undefined if it would settle. */
  refusal(change?: Partial<EpochSubmission>, storage?: Storage): Promise<string | undefined>;
};

const MOST_BLOB_FEE = 10n ** 18n;

/** Reads how an epoch settled: `transaction` called the contract. */
export async function settleAgain(
  publicClient: PublicClient,
  { settlement, transaction: hash }: { readonly settlement: Hex; readonly transaction: Hex },
): Promise<SettledAgain> {
  const { input, from, blockNumber, blobVersionedHashes } = await publicClient.getTransaction({ hash });
  const epoch = decodeSettle(input);
  const { timestamp } = await publicClient.getBlock({ blockNumber: blockNumber! });
  const blob = blobVersionedHashes === undefined ? {} : { blobVersionedHashes, maxFeePerBlobGas: toHex(MOST_BLOB_FEE) };
  return {
    epoch,
    from,
    async refusal(change = {}, storage = {}) {
      const changed = { ...epoch, ...change };
      const call = { from, to: settlement, data: encodeSettle(changed), ...blob };
      const before = toHex(blockNumber! - 1n);
      const params = [call, before, { [settlement]: { stateDiff: storage } }, { time: toHex(timestamp) }];
      try {
        // Not by viem's own call, which leaves out the name of a blob.
        await publicClient.request({ method: "eth_call", params } as never);
        return undefined;
      } catch (error) {
        const about = { abi: settlementAbi, functionName: "settle", args: settleArguments(changed) } as const;
        return contractErrorName(getContractError(error as BaseError, { ...about, address: settlement }));
      }
    },
  };
}
