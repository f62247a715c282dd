import type { Field } from "@frond/foundation";
import { until } from "@frond/foundation";
import { type Address, type Hex, type PublicClient, parseEventLogs, type TransactionReceipt } from "viem";
import { settlementAbi, testTokenAbi } from "./abi.generated.ts";
import type { Wallet } from "./deploySettlement.ts";
import { TransactionRevertedError } from "./errors.ts";
import { untilMined } from "./untilMined.ts";

/** What every action on L1 needs. */
export type L1 = { wallet: Wallet; publicClient: PublicClient; settlement: Address };

/** What a transaction did, once mined. */
export type Mined = { hash: Hex; block: bigint; gasUsed: bigint };

/**
 * Queues a deposit of ether, in wei. Reverts come as viem's `ContractFunctionExecutionError` with the contract's error
 * decoded.
 */
export async function depositEther(
  l1: L1,
  deposit: { layer: Field; recipient: Field; amount: bigint },
): Promise<Mined & { id: bigint }> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "depositEther",
    args: [deposit.layer, deposit.recipient],
    value: deposit.amount,
  });
  return depositMined(await mine(l1, "depositEther", await l1.wallet.writeContract(request)));
}

/**
 * Approves and queues a deposit of an ERC-20 token, in its smallest unit. What arrives may be less, if the token takes
 * a fee.
 */
export async function depositToken(
  l1: L1,
  deposit: { token: Address; layer: Field; recipient: Field; amount: bigint },
): Promise<Mined & { id: bigint }> {
  const approval = await l1.wallet.writeContract({
    address: deposit.token,
    abi: testTokenAbi,
    functionName: "approve",
    args: [l1.settlement, deposit.amount],
  });
  await mine(l1, "approve", approval);
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "depositToken",
    args: [deposit.token, deposit.amount, deposit.layer, deposit.recipient],
  });
  return depositMined(await mine(l1, "depositToken", await l1.wallet.writeContract(request)));
}

/** The arguments of `Settlement.settle` (protocol.md 7). */
export type EpochSubmission = {
  rootOut: Field;
  /** Poseidon2 of the padded list: the circuit's `c`. */
  commitment: Field;
  /** The settlement list without padding, four words an item. */
  words: readonly Field[];
  /** For each item produced by L1, in order, the id of the deposit it is. */
  depositIds: readonly bigint[];
  proof: Hex;
};

/** Settles the current epoch. Simulated first, so that a proof the contract refuses costs nothing. */
export async function settleEpoch(l1: L1, epoch: EpochSubmission): Promise<Mined> {
  const { request } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "settle",
    args: [epoch.rootOut, epoch.commitment, [...epoch.words], [...epoch.depositIds], epoch.proof],
  });
  return toMined(await mine(l1, "settle", await l1.wallet.writeContract(request)));
}

/** Pays out everything the wallet's account may claim of an asset, to itself or to `recipient`. */
export async function claim(
  l1: L1,
  { asset, recipient }: { asset: bigint; recipient?: Address },
): Promise<Mined & { amount: bigint }> {
  const { request, result } = await l1.publicClient.simulateContract({
    account: l1.wallet.account,
    address: l1.settlement,
    abi: settlementAbi,
    functionName: "claimTo",
    args: [asset, recipient ?? l1.wallet.account.address],
  });
  return { ...toMined(await mine(l1, "claimTo", await l1.wallet.writeContract(request))), amount: result };
}

/** What an owner may claim of an asset, in its smallest unit. */
export function readCredit(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  { owner, asset }: { owner: Address; asset: bigint },
): Promise<bigint> {
  return publicClient.readContract({
    address: settlement,
    abi: settlementAbi,
    functionName: "credits",
    args: [owner, asset],
  });
}

/** The asset id of a token; 0 if it was never deposited. */
export function readAssetOf(
  { publicClient, settlement }: Pick<L1, "publicClient" | "settlement">,
  token: Address,
): Promise<bigint> {
  return publicClient.readContract({ address: settlement, abi: settlementAbi, functionName: "assetOf", args: [token] });
}

/** Root and epoch stored on L1, read at one block. */
export async function readSettled({
  publicClient,
  settlement,
}: Pick<L1, "publicClient" | "settlement">): Promise<{ root: Field; epoch: bigint; block: bigint }> {
  const block = await publicClient.getBlockNumber({ cacheTime: 0 });
  const at = { address: settlement, abi: settlementAbi, blockNumber: block } as const;
  const [root, epoch] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "root" }),
    publicClient.readContract({ ...at, functionName: "epoch" }),
  ]);
  return { root, epoch, block };
}

/**
 * Receipt of a mined transaction, once `safeBlock` (the number of the last block that is believed) has reached its
 * block.
 *
 * @throws viem's TransactionReceiptNotFoundError if L1 has undone it
 */
export async function untilSafe(
  { publicClient }: Pick<L1, "publicClient">,
  { hash, safeBlock }: { hash: Hex; safeBlock: () => Promise<bigint> },
): Promise<TransactionReceipt> {
  const receiptIfSafe = async () => {
    const safe = await safeBlock();
    const receipt = await publicClient.getTransactionReceipt({ hash });
    return receipt.blockNumber <= safe && receipt;
  };
  return until(receiptIfSafe, { everyMilliseconds: publicClient.pollingInterval });
}

async function mine({ publicClient }: L1, action: string, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await untilMined(publicClient, { hash, pollingInterval: 100 });
  if (receipt.status !== "success") throw new TransactionRevertedError({ action, hash });
  return receipt;
}

function toMined(receipt: TransactionReceipt): Mined {
  return { hash: receipt.transactionHash, block: receipt.blockNumber, gasUsed: receipt.gasUsed };
}

function depositMined(receipt: TransactionReceipt): Mined & { id: bigint } {
  const [queued] = parseEventLogs({ abi: settlementAbi, logs: receipt.logs, eventName: "DepositQueued" });
  return { ...toMined(receipt), id: queued!.args.id };
}
