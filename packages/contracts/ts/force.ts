import type { Field } from "@frond/foundation";
import { parseEventLogs } from "viem";
import { accountAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, toMined } from "./actions.ts";
import { refusalOfLayer } from "./refusalOfLayer.ts";

/** A forced transaction that waits. After `deadline`, in milliseconds since 1970, its layer can be frozen for it. */
export type Forced = Mined & { readonly id: bigint; readonly payload: Field; readonly deadline: bigint };

/** What the next forced transaction to a layer costs, in wei. */
export function readForcedPrice(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  layer: Field,
): Promise<bigint> {
  const functionName = "forcedPrice";
  return publicClient.readContract({ address: settlement, abi: accountAbi, functionName, args: [layer] });
}

/** How long a layer has for a transaction that is forced now, in milliseconds. */
export async function readForcedMilliseconds({
  publicClient,
  settlement,
}: Pick<AccountL1, "publicClient" | "settlement">): Promise<number> {
  const functionName = "forcedSeconds";
  return 1_000 * Number(await publicClient.readContract({ address: settlement, abi: accountAbi, functionName }));
}

/**
 * Publishes a signed transaction on L1, which its layer may not leave out then. Nobody gets the price. A price that has
 * changed since it was read surfaces as viem's `ContractFunctionExecutionError`.
 *
 * @throws {@link LayerNotRegisteredError}, {@link LayerFrozenError} before anything is sent
 */
export async function force(
  l1: AccountL1,
  {
    layer,
    words,
    price,
  }: {
    readonly layer: Field;
    /** `r.x`, the public key, the packed word, both halves of `s`, then the arguments. */
    readonly words: readonly Field[];
    readonly price: bigint;
  },
): Promise<Forced> {
  const { request } = await l1.publicClient
    .simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: accountAbi,
      functionName: "force",
      args: [layer, [...words]],
      value: price,
    })
    .catch((error: unknown) => {
      throw refusalOfLayer(error, layer);
    });
  const receipt = await mine(l1, "force", await l1.wallet.writeContract(request));
  const [forced] = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "TransactionForced" });
  const { id, payload, deadline } = forced!.args;
  return { ...toMined(receipt), id, payload, deadline };
}
