import { retry, sleep } from "@frond/foundation";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { testTokenAbi } from "./abi.generated.ts";
import { type AccountL1, mine } from "./actions.ts";
import { TokenRefusedError } from "./errors.ts";
import { isForOtherProviders } from "./providerRefusals.ts";

/**
 * Has Settlement allowed to take `amount` of a token from the wallet, unless it may already. Some tokens (USDT) change
 * an allowance only to or from 0, others (BNB) refuse an allowance of 0: so the new allowance is tried first, and 0 is
 * approved before it only if that is refused. Tokens whose `approve` returns nothing are accepted.
 *
 * @throws {@link TokenRefusedError} when the token returns false, or approves without effect
 */
export async function approve(l1: AccountL1, { token, amount }: { token: Address; amount: bigint }): Promise<void> {
  const before = await readAllowance(l1, token);
  if (before >= amount) return;
  if (before > 0n && (await refusalOf(l1, { token, amount })) !== undefined) {
    await send(l1, { token, amount: 0n });
  }
  const block = await send(l1, { token, amount });
  const after = await allowanceAt(l1, token, block);
  if (after < amount) throw refused(token, `it approved ${amount}, and the allowance is ${after}`);
  // What is sent next is simulated in the latest block, which a node that is behind has an older one for.
  for (let look = 0; look < LOOKS && (await readAllowance(l1, token)) < amount; look++) await sleep(LOOK_MILLISECONDS);
}

const LOOKS = 20;
const LOOK_MILLISECONDS = 250;

/** The allowance in a block, as soon as L1's node has that block: another node may have said that it is there. */
function allowanceAt(l1: AccountL1, token: Address, block: bigint): Promise<bigint> {
  const waiting = {
    attempts: LOOKS,
    pauseMilliseconds: LOOK_MILLISECONDS,
    longestPauseMilliseconds: LOOK_MILLISECONDS,
  };
  const isFinal = (error: unknown) => !isForOtherProviders(error);
  return retry(() => readAllowance(l1, token, block), { what: "Reading the allowance", ...waiting, isFinal });
}

type Approval = { readonly token: Address; readonly amount: bigint };

/**
 * Simulated first: a refusal costs no gas, and only a simulation shows what a token returns. Gives the block of the
 * approval.
 */
async function send(l1: AccountL1, approval: Approval): Promise<bigint> {
  const reason = await refusalOf(l1, approval);
  if (reason !== undefined) throw refused(approval.token, reason);
  const hash = await l1.wallet.sendTransaction({ to: approval.token, data: calldataOf(l1, approval) });
  return (await mine(l1, "approve", hash)).blockNumber;
}

/** Why a token would refuse an approval; undefined if it returns true or nothing. */
async function refusalOf(l1: AccountL1, approval: Approval): Promise<string | undefined> {
  try {
    const { data = "0x" } = await l1.publicClient.call({
      account: l1.wallet.account,
      to: approval.token,
      data: calldataOf(l1, approval),
    });
    return data === "0x" || BigInt(data.slice(0, 66)) === 1n ? undefined : "it returns false";
  } catch (error) {
    return String((error as { shortMessage?: string }).shortMessage ?? error);
  }
}

function calldataOf({ settlement }: AccountL1, { amount }: Approval): Hex {
  return encodeFunctionData({ abi: testTokenAbi, functionName: "approve", args: [settlement, amount] });
}

function readAllowance(
  { publicClient, wallet, settlement }: AccountL1,
  token: Address,
  blockNumber?: bigint,
): Promise<bigint> {
  return publicClient.readContract({
    ...(blockNumber === undefined ? {} : { blockNumber }),
    address: token,
    abi: testTokenAbi,
    functionName: "allowance",
    args: [wallet.account.address, settlement],
  });
}

function refused(token: Address, reason: string): TokenRefusedError {
  return new TokenRefusedError({ token, action: "an approval", reason });
}
