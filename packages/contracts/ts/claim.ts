import { type Address, parseEventLogs, type TransactionReceipt } from "viem";
import { accountAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, readCredit, toMined } from "./actions.ts";
import { TokenShrankError } from "./errors.ts";
import { revertOf } from "./revertOf.ts";

export type Claim = {
  readonly asset: bigint;
  /** How much of the credit to use at most; by default the whole credit. */
  readonly amount?: bigint;
  /** Who is paid; by default the wallet's account. */
  readonly recipient?: Address;
  /**
   * What has to be paid at least; by default everything that is used of the credit. A token that shrank pays less, and
   * what is missing is not paid later.
   */
  readonly minimum?: bigint;
};

/** A payment: `amount` of the credit was used, and `paid` was sent to the recipient. */
export type Claimed = Mined & { readonly amount: bigint; readonly paid: bigint };

/**
 * Pays from the wallet's credit of an asset.
 * @throws `TokenShrankError` when less than `minimum` would be paid
 */
export async function claim(l1: AccountL1, { asset, recipient, ...given }: Claim): Promise<Claimed> {
  const owner = l1.wallet.account.address;
  const credit = await readCredit(l1, { owner, asset });
  let amount = given.amount ?? credit;
  if (amount > credit) amount = credit;
  const { request } = await refusingLess(asset, () =>
    l1.publicClient.simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: accountAbi,
      functionName: "claim",
      args: [asset, amount, recipient ?? owner, given.minimum ?? amount],
    }),
  );
  return claimMined(l1, await mine(l1, "claim", await l1.wallet.writeContract(request)));
}

/**
 * Pays from an owner's credit to this owner; the wallet pays for the transaction.
 * @throws `TokenShrankError` when less than the amount would be paid, which only the owner may accept
 */
export async function claimFor(
  l1: AccountL1,
  { owner, asset, amount }: { readonly owner: Address; readonly asset: bigint; readonly amount?: bigint },
): Promise<Claimed> {
  const used = amount ?? (await readCredit(l1, { owner, asset }));
  const { request } = await refusingLess(asset, () =>
    l1.publicClient.simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: accountAbi,
      functionName: "claimFor",
      args: [owner, asset, used],
    }),
  );
  return claimMined(l1, await mine(l1, "claimFor", await l1.wallet.writeContract(request)));
}

async function refusingLess<T>(asset: bigint, simulate: () => Promise<T>): Promise<T> {
  try {
    return await simulate();
  } catch (error) {
    const said = revertOf(error)?.data;
    if (said?.errorName !== "PaidTooLittle") throw error;
    const [minimum, worth] = said.args as [bigint, bigint];
    throw new TokenShrankError({ asset: String(asset), minimum: String(minimum), worth: String(worth) });
  }
}

function claimMined(l1: AccountL1, receipt: TransactionReceipt): Claimed {
  const [claimed] = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "CreditClaimed" });
  return { ...toMined(receipt), amount: claimed!.args.amount, paid: claimed!.args.paid };
}
