import { type Address, parseEventLogs } from "viem";
import { accountAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, toMined } from "./actions.ts";

/** What the next registration of a token costs, in wei. */
export function readRegistrationPrice({
  publicClient,
  settlement,
}: Pick<AccountL1, "publicClient" | "settlement">): Promise<bigint> {
  return publicClient.readContract({ address: settlement, abi: accountAbi, functionName: "registrationPrice" });
}

/**
 * Registers a token for a price, so that layers can hold it. Nobody gets the price. A price that has changed since it
 * was read, and a token that has a number, surface as viem's `ContractFunctionExecutionError`.
 */
export async function registerToken(
  l1: AccountL1,
  { token, price }: { readonly token: Address; readonly price: bigint },
): Promise<Mined & { readonly asset: bigint }> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: accountAbi,
    functionName: "registerToken",
    args: [token],
    value: price,
  });
  const receipt = await mine(l1, "registerToken", await l1.wallet.writeContract(request));
  // Read from the receipt: a node that is behind does not know the number yet.
  const [registered] = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "AssetRegistered" });
  return { ...toMined(receipt), asset: registered!.args.asset };
}
