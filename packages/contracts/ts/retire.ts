import { settlementAbi } from "./abi.generated.ts";
import { type L1, type Mined, mine, toMined } from "./actions.ts";

/** Ends the deployment, if the settled time has stood still for long enough: every layer counts as frozen then. */
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
  /** In milliseconds since 1970, like `now`. It moves on with the settled time. */
  readonly from: number;
  readonly retireMilliseconds: number;
  /** The time of the last block. */
  readonly now: number;
};

/** What L1 says of the end of a deployment, all at the same block: the last one by default. */
export async function readRetirement(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  block: { readonly blockNumber?: bigint } = {},
): Promise<Retirement> {
  const { number: blockNumber, timestamp } = await publicClient.getBlock(block);
  const at = { address: settlement, abi: settlementAbi, blockNumber } as const;
  const [isRetired, from, retireSeconds] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "retired" }),
    publicClient.readContract({ ...at, functionName: "retirableFrom" }),
    publicClient.readContract({ ...at, functionName: "retireSeconds" }),
  ]);
  return {
    isRetired,
    from: Number(from) * 1_000,
    retireMilliseconds: Number(retireSeconds) * 1_000,
    now: Number(timestamp) * 1_000,
  };
}
