import { settlementAbi } from "./abi.generated.ts";
import { type L1, type Mined, mine, toMined } from "./actions.ts";

/** Ends the deployment, if nothing has settled for long enough: every layer counts as frozen then. */
export async function retire(l1: L1): Promise<Mined> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "retire",
  });
  return toMined(await mine(l1, "retire", await l1.wallet.writeContract(request)));
}

/** Whether a deployment is retired, and from when on it may be, by the clock of L1. */
export type Retirement = {
  readonly isRetired: boolean;
  /** When the last epoch settled, or the deployment was made, in milliseconds since 1970, like `from` and `now`. */
  readonly settledAt: number;
  /** It moves on with each epoch that settles. */
  readonly from: number;
  /** The time of the last block. */
  readonly now: number;
};

/** What L1 says of the end of a deployment, all at the same block. */
export async function readRetirement({
  publicClient,
  settlement,
}: Pick<L1, "publicClient" | "settlement">): Promise<Retirement> {
  const { number: blockNumber, timestamp } = await publicClient.getBlock();
  const at = { address: settlement, abi: settlementAbi, blockNumber } as const;
  const [isRetired, settledAt, retireSeconds] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "retired" }),
    publicClient.readContract({ ...at, functionName: "settledAt" }),
    publicClient.readContract({ ...at, functionName: "retireSeconds" }),
  ]);
  return {
    isRetired,
    settledAt: Number(settledAt) * 1_000,
    from: Number(settledAt + retireSeconds) * 1_000,
    now: Number(timestamp) * 1_000,
  };
}
