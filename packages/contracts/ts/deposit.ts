import type { Field } from "@frond/foundation";
import { type Address, parseEventLogs, type TransactionReceipt } from "viem";
import { accountAbi, testTokenAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, readAssetOf, toMined } from "./actions.ts";
import { approve } from "./approve.ts";
import { BalanceTooSmallError, TokenNotRegisteredError } from "./errors.ts";
import { refusalOfLayer } from "./refusalOfLayer.ts";
import { readRegistrationPrice } from "./registerToken.ts";
import { revertOf } from "./revertOf.ts";

/** Where a deposit goes: a layer that is registered on L1, and neither frozen nor about to be. */
type Destination = {
  readonly layer: Field;
  readonly recipient: Field;
  /** Who may claim the deposit if the layer refuses it, or if it is taken back; by default the wallet's account. */
  readonly refundTo?: Address;
};

/**
 * A queued deposit of `amount`: what arrived, of a token that takes a fee. It can be taken back after `expiry`, in
 * milliseconds since 1970.
 */
export type Deposited = Mined & { readonly id: bigint; readonly amount: bigint; readonly expiry: bigint };

/**
 * Queues a deposit of ether, in wei. A revert surfaces as viem's `ContractFunctionExecutionError` with the contract's
 * decoded error.
 *
 * @throws {@link BalanceTooSmallError}, {@link LayerNotRegisteredError}, {@link LayerFrozenError} before anything is
 *   sent
 */
export async function depositEther(
  l1: AccountL1,
  deposit: Destination & { readonly amount: bigint },
): Promise<Deposited> {
  const balance = await l1.publicClient.getBalance({ address: l1.wallet.account.address });
  requireBalance(l1, { asset: "ether", amount: deposit.amount, balance });
  const { request } = await l1.publicClient
    .simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: accountAbi,
      functionName: "depositEther",
      args: [deposit.layer, deposit.recipient, deposit.refundTo ?? l1.wallet.account.address],
      value: deposit.amount,
    })
    .catch((error: unknown) => {
      throw refusalOfLayer(error, deposit.layer);
    });
  return depositMined(l1, await mine(l1, "depositEther", await l1.wallet.writeContract(request)));
}

/**
 * Approves and queues a deposit of an ERC-20 token, in the token's smallest unit. A token that takes a fee deposits
 * less than `amount`.
 *
 * @throws {@link TokenNotRegisteredError} before anything is sent
 * @throws {@link BalanceTooSmallError} when the token would refuse, and the account has less than `amount`
 * @throws {@link TokenRefusedError} when the token does not approve
 * @throws {@link LayerNotRegisteredError}, {@link LayerFrozenError} when the contract takes nothing for the layer
 */
export async function depositToken(
  l1: AccountL1,
  deposit: Destination & { readonly token: Address; readonly amount: bigint },
): Promise<Deposited> {
  const { token, amount } = deposit;
  if ((await readAssetOf(l1, token)) === 0n) {
    throw new TokenNotRegisteredError({ token, price: String(await readRegistrationPrice(l1)) });
  }
  await approve(l1, { token, amount });
  const call = {
    account: l1.wallet.account,
    address: l1.settlement,
    abi: accountAbi,
    functionName: "depositToken",
    args: [token, amount, deposit.layer, deposit.recipient, deposit.refundTo ?? l1.wallet.account.address],
  } as const;
  const { request } = await l1.publicClient.simulateContract(call).catch(async (error: unknown) => {
    if (isOfContract(error)) throw refusalOfLayer(error, deposit.layer);
    // Asked only after the token has refused: what it says of balances need not be so.
    const balance = await balanceOf(l1, token).catch(() => amount);
    requireBalance(l1, { asset: token, amount, balance });
    throw error;
  });
  return depositMined(l1, await mine(l1, "depositToken", await l1.wallet.writeContract(request)));
}

/** Whether the contract itself has refused, by one of its errors, and not the token. */
function isOfContract(error: unknown): boolean {
  return revertOf(error)?.data !== undefined;
}

function balanceOf({ publicClient, wallet }: AccountL1, token: Address): Promise<bigint> {
  const args = [wallet.account.address] as const;
  return publicClient.readContract({ address: token, abi: testTokenAbi, functionName: "balanceOf", args });
}

function requireBalance(
  { wallet }: AccountL1,
  { asset, amount, balance }: { readonly asset: string; readonly amount: bigint; readonly balance: bigint },
): void {
  if (balance >= amount) return;
  const data = { account: wallet.account.address, asset, amount: String(amount), balance: String(balance) };
  throw new BalanceTooSmallError(data);
}

function depositMined(l1: AccountL1, receipt: TransactionReceipt): Deposited {
  const [queued] = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "DepositQueued" });
  const { id, amount, expiry } = queued!.args;
  return { ...toMined(receipt), id, amount, expiry };
}
