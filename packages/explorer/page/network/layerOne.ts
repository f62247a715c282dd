import { settlementAbi } from "@frond/contracts/client";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { decodeFunctionData, type Hex, numberToHex, parseEventLogs, type RpcLog } from "viem";
import { useAccess } from "./access.ts";
import { useNetwork } from "./live.ts";
import { readDeployment } from "./trust.ts";

/** A transaction of L1 with the settlement contract. */
export type L1Transaction = {
  readonly hash: Hex;
  readonly block: bigint;
  readonly from: Hex;
  /** The method of the contract; of a transaction that came to it through another contract, undefined. */
  readonly method: string | undefined;
  readonly events: readonly string[];
  readonly gasUsed: bigint;
  /** In wei. */
  readonly gasPrice: bigint;
  readonly isReverted: boolean;
};

/** How far back is looked, and how many are shown. */
const SHOWN_BLOCKS = 5_000n;
const SHOWN_TRANSACTIONS = 25;

/** The last transactions with the settlement contract, the newest first; read again when an epoch has settled. */
export function useL1Transactions(): UseQueryResult<readonly L1Transaction[]> {
  const access = useAccess();
  const settled = useNetwork().data?.epoch.settled;
  const queryFn = async (): Promise<readonly L1Transaction[]> => {
    const { l1 } = access;
    const { settlement: address } = await readDeployment(access);
    const last = await l1.getBlockNumber({ cacheTime: 0 });
    const first = last > SHOWN_BLOCKS ? last - SHOWN_BLOCKS : 0n;
    const range = { address, fromBlock: numberToHex(first), toBlock: numberToHex(last) };
    const logs = (await l1.request({ method: "eth_getLogs", params: [range] })) as unknown as RpcLog[];
    const hashes = [...new Set(logs.map((log) => log.transactionHash as Hex))].slice(-SHOWN_TRANSACTIONS).toReversed();
    return await Promise.all(hashes.map((hash) => readTransaction(hash)));
  };
  async function readTransaction(hash: Hex): Promise<L1Transaction> {
    const { l1 } = access;
    const [transaction, receipt] = await Promise.all([l1.getTransaction({ hash }), l1.getTransactionReceipt({ hash })]);
    const events = parseEventLogs({ abi: settlementAbi, logs: receipt.logs, strict: false });
    return {
      hash,
      block: receipt.blockNumber,
      from: receipt.from,
      method: transaction.to === null ? "deployment" : methodOf(transaction.input),
      events: [...new Set(events.map(({ eventName }) => eventName))],
      gasUsed: receipt.gasUsed,
      gasPrice: receipt.effectiveGasPrice,
      isReverted: receipt.status === "reverted",
    };
  }
  const placeholderData = (before: readonly L1Transaction[] | undefined) => before;
  return useQuery({ queryKey: ["l1", settled], queryFn, enabled: settled !== undefined, placeholderData });
}

function methodOf(data: Hex): string | undefined {
  try {
    return decodeFunctionData({ abi: settlementAbi, data }).functionName;
  } catch {
    return undefined;
  }
}
