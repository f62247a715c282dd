import type { Field } from "@frond/foundation";
import { ASSET_NONE, encodeItems, MessageKind, PRODUCED_BY_L1, packDepositReference } from "@frond/protocol";
import { settlementAbi } from "./abi.generated.ts";
import { type L1, type Mined, mine, toMined } from "./actions.ts";
import type { ForcedTransactionEvent } from "./events.ts";

/** What names a forced transaction on L1, as its event says it. */
export type OverdueTransaction = Pick<ForcedTransactionEvent, "id" | "layer" | "payload" | "deadline"> & {
  /** How many arguments it has. */
  readonly argumentCount: number;
};

/**
 * Demands that a layer is frozen because it has not taken a forced transaction by its deadline. A transaction that does
 * not wait or is not overdue, and a layer whose freeze was demanded, surface as viem's
 * `ContractFunctionExecutionError`.
 */
export async function demandFreeze(l1: L1, overdue: OverdueTransaction): Promise<Mined> {
  const { id, deadline } = overdue;
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "demandFreeze",
    args: [packDepositReference({ id: Number(id), expiry: Number(deadline) }), forcedItemWords(overdue)],
  });
  return toMined(await mine(l1, "demandFreeze", await l1.wallet.writeContract(request)));
}

/** The list words of a forced transaction. */
export function forcedItemWords({
  layer,
  payload,
  argumentCount,
}: Pick<OverdueTransaction, "layer" | "payload" | "argumentCount">): Field[] {
  const amount = BigInt(argumentCount);
  const { forced: kind } = MessageKind;
  return encodeItems([{ direction: PRODUCED_BY_L1, kind, asset: ASSET_NONE, amount, layer, recipient: 0n, payload }]);
}

/** Whether a forced transaction waits: an epoch has used it if it does not, or there never was one. */
export async function readForcedWaits(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  id: bigint,
): Promise<boolean> {
  const contract = { address: settlement, abi: settlementAbi, functionName: "forced" } as const;
  return BigInt(await publicClient.readContract({ ...contract, args: [id] })) !== 0n;
}

/** An epoch that ends so long after the demand of a freeze, or later, has to carry the freeze. */
export async function readFreezeGraceSeconds({
  publicClient,
  settlement: address,
}: Pick<L1, "publicClient" | "settlement">): Promise<number> {
  return Number(await publicClient.readContract({ address, abi: settlementAbi, functionName: "freezeGraceSeconds" }));
}
