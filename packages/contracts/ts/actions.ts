import type { Field } from "@frond/foundation";
import { until } from "@frond/foundation";
import {
  type Address,
  BaseError,
  encodeFunctionData,
  getContractError,
  type Hex,
  isAddressEqual,
  type PublicClient,
  type TransactionReceipt,
  toHex,
} from "viem";
import { accountAbi, settlementAbi } from "./abi.generated.ts";
import { atPending } from "./atPending.ts";
import { versionedHashOf } from "./blob/versionedHashOf.ts";
import type { Wallet } from "./deploySettlement.ts";
import { TransactionRevertedError } from "./errors.ts";
import type { LayerOneClient } from "./layerOneClient.ts";
import { untilMined } from "./untilMined.ts";

/** The parameters of every action on L1: the wallet, a client for reads, and the contract's address. */
export type L1 = { wallet: Wallet; publicClient: PublicClient; settlement: Address };

/** The same for what accounts do, who need less of the client. */
export type AccountL1 = Omit<L1, "publicClient"> & { publicClient: LayerOneClient };

/** A mined transaction. */
export type Mined = { hash: Hex; block: bigint; gasUsed: bigint };

/** The arguments of `Settlement.settle` (docs/protocol.md 7). */
export type EpochSubmission = {
  rootOut: Field;
  /** The end of the time that the epoch covers, in milliseconds since 1970. */
  until: bigint;
  /** The Poseidon2 hash of the padded list: the circuit's `c`. */
  commitment: Field;
  /** The settlement list without padding, four words per item. */
  words: readonly Field[];
  /** The deposits and forced transactions of the list (`packDepositReference`), in the order of their items. */
  used: readonly Field[];
  /** What the blob of the transaction is shown to hold; left out if the epoch publishes nothing. */
  data?: BlobOpening;
  proof: Hex;
};

/** The value of a blob's polynomial at the epoch's challenge, and the proof of it (EIP-4844). */
export type BlobOpening = {
  /** The low 128 bits of the value. */
  low: bigint;
  /** The bits above them. */
  high: bigint;
  kzgCommitment: Hex;
  kzgProof: Hex;
};

/** Of a call: more than a blob costs. */
const MOST_BLOB_FEE = 10n ** 18n;

/** Of an epoch that publishes nothing. */
const NO_DATA: BlobOpening = { low: 0n, high: 0n, kzgCommitment: "0x", kzgProof: "0x" };

/**
 * Settles the current epoch, if it publishes nothing. A simulation runs first, so that a proof that the contract
 * refuses costs no gas.
 */
export async function settleEpoch(l1: L1, epoch: EpochSubmission): Promise<Mined> {
  await simulateSettle({ ...l1, from: l1.wallet.account.address }, epoch);
  const hash = await l1.wallet.sendTransaction({ to: l1.settlement, data: encodeSettle(epoch) });
  return toMined(await mine(l1, "settle", hash));
}

/**
 * Asks L1 whether it would accept an epoch from an account. It is asked in the pending block: the last block of a chain
 * that mines on demand may be far behind the end of the epoch.
 *
 * @throws viem's ContractFunctionExecutionError with the contract's decoded error
 */
export async function simulateSettle(
  { publicClient, settlement, from }: Pick<L1, "publicClient" | "settlement"> & { from: Address },
  epoch: EpochSubmission,
): Promise<void> {
  const call = { from, to: settlement, data: encodeSettle(epoch), ...blobOf(epoch) };
  await atPending(async (blockTag) => {
    // Not by viem's own call, which leaves out the name of a blob.
    await publicClient.request({ method: "eth_call", params: [call, blockTag] }).catch((error: unknown) => {
      const args = settleArguments(epoch);
      const about = { abi: settlementAbi, functionName: "settle", args, address: settlement, sender: from } as const;
      throw error instanceof BaseError ? getContractError(error, about) : error;
    });
  });
}

/** What a call says of the blob of the transaction that it stands for: its name, and a fee that nobody pays. */
function blobOf({ data }: EpochSubmission) {
  if (data === undefined) return {};
  return { blobVersionedHashes: [versionedHashOf(data.kzgCommitment)], maxFeePerBlobGas: toHex(MOST_BLOB_FEE) };
}

/** The calldata that settles an epoch. */
export function encodeSettle(epoch: EpochSubmission): Hex {
  return encodeFunctionData({ abi: settlementAbi, functionName: "settle", args: settleArguments(epoch) });
}

/** The arguments of `Settlement.settle`, in order. */
export function settleArguments({ rootOut, until, commitment, words, used, data = NO_DATA, proof }: EpochSubmission) {
  return [rootOut, until, commitment, [...words], [...used], data, proof] as const;
}

/** The credit of an owner in an asset, in the asset's smallest unit. */
export function readCredit(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  { owner, asset }: { owner: Address; asset: bigint },
): Promise<bigint> {
  return publicClient.readContract({
    address: settlement,
    abi: accountAbi,
    functionName: "credits",
    args: [owner, asset],
  });
}

/** The asset id of a token; 0 if nobody has registered the token. */
export function readAssetOf(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  token: Address,
): Promise<bigint> {
  return publicClient.readContract({ address: settlement, abi: accountAbi, functionName: "assetOf", args: [token] });
}

/**
 * Reads the root, the epoch and the end of the time that the settled epochs cover on L1, all at the same block: the
 * last one by default.
 */
export async function readSettled(
  { publicClient, settlement }: Pick<AccountL1, "publicClient" | "settlement">,
  { blockNumber }: { readonly blockNumber?: bigint } = {},
): Promise<{
  root: Field;
  epoch: bigint;
  settledUntil: bigint;
  block: bigint;
}> {
  const block = blockNumber ?? (await publicClient.getBlockNumber({ cacheTime: 0 }));
  const at = { address: settlement, abi: accountAbi, blockNumber: block } as const;
  const [root, epoch, settledUntil] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "root" }),
    publicClient.readContract({ ...at, functionName: "epoch" }),
    publicClient.readContract({ ...at, functionName: "settledUntil" }),
  ]);
  return { root, epoch, settledUntil, block };
}

/**
 * Waits until `safeBlock` reaches the transaction's block, and returns the receipt. `safeBlock` reads the number of the
 * last block that is considered final.
 *
 * @throws viem's TransactionReceiptNotFoundError when a reorganisation of L1 has removed the transaction
 */
export async function untilSafe(
  { publicClient }: Pick<AccountL1, "publicClient">,
  { hash, safeBlock }: { hash: Hex; safeBlock: () => Promise<bigint> },
): Promise<TransactionReceipt> {
  const receiptIfSafe = async () => {
    const safe = await safeBlock();
    const receipt = await publicClient.getTransactionReceipt({ hash });
    return receipt.blockNumber <= safe && receipt;
  };
  return until(receiptIfSafe, { everyMilliseconds: publicClient.pollingInterval });
}

/**
 * Waits until a transaction is mined.
 * @throws TransactionRevertedError
 */
export async function mine({ publicClient }: AccountL1, action: string, hash: Hex): Promise<TransactionReceipt> {
  const receipt = await untilMined(publicClient, { hash, pollingInterval: 100 });
  if (receipt.status !== "success") throw new TransactionRevertedError({ action, hash });
  return receipt;
}

export function toMined(receipt: TransactionReceipt): Mined {
  return { hash: receipt.transactionHash, block: receipt.blockNumber, gasUsed: receipt.gasUsed };
}

/** The logs of Settlement in a receipt. A token may write logs with the same names. */
export function ownLogs(
  { settlement }: Pick<AccountL1, "settlement">,
  { logs }: TransactionReceipt,
): TransactionReceipt["logs"] {
  return logs.filter(({ address }) => isAddressEqual(address, settlement));
}
