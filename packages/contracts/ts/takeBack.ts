import { encodeItems, formatTime, MessageKind, packDepositReference } from "@frond/protocol";
import { type Address, type Hex, pad, parseEventLogs, toHex } from "viem";
import { accountAbi } from "./abi.generated.ts";
import { type AccountL1, type Mined, mine, ownLogs, readSettled, toMined } from "./actions.ts";
import { DepositNotExpiredError, DepositUnknownError } from "./errors.ts";
import { readLayer } from "./readLayer.ts";
import { viemErrorIn } from "./viemErrorIn.ts";

/** A deposit that was credited to its refund address: `owner` may claim `amount` of the asset. */
export type TakenBack = Mined & {
  readonly id: bigint;
  readonly owner: Address;
  readonly asset: bigint;
  readonly amount: bigint;
};

/**
 * Takes back the deposits of an L1 transaction that no layer has used before their expiry, or whose layer is frozen.
 * Any wallet may do it: the refund address gets the credit, and claims it. The transaction's receipt says everything,
 * so no provider has to search a range of blocks.
 *
 * @throws {@link DepositUnknownError} when the transaction made no deposit that waits
 * @throws {@link DepositNotExpiredError} when an epoch can still use the deposit
 */
export async function takeBack(
  l1: AccountL1,
  { transaction }: { readonly transaction: Hex },
): Promise<readonly TakenBack[]> {
  const taken: TakenBack[] = [];
  for (const queued of await waitingDeposits(l1, transaction)) {
    const { id, expiry } = queued;
    await requireExpired(l1, queued);
    const { request } = await l1.publicClient.simulateContract({
      account: l1.wallet.account,
      address: l1.settlement,
      abi: accountAbi,
      functionName: "takeBack",
      args: [packDepositReference({ id: Number(id), expiry: Number(expiry) }), wordsOf(queued)],
    });
    const mined = toMined(await mine(l1, "takeBack", await l1.wallet.writeContract(request)));
    const owner = pad(toHex(queued.payload), { size: 20 });
    taken.push({ ...mined, id, owner, asset: queued.asset, amount: queued.amount });
  }
  return taken;
}

type Queued = {
  readonly id: bigint;
  readonly layer: bigint;
  readonly asset: bigint;
  readonly amount: bigint;
  readonly recipient: bigint;
  readonly payload: bigint;
  readonly expiry: bigint;
};

async function waitingDeposits(l1: AccountL1, transaction: Hex): Promise<Queued[]> {
  const { publicClient, settlement } = l1;
  const receipt = await publicClient.getTransactionReceipt({ hash: transaction }).catch((error: unknown) => {
    if (viemErrorIn(error, "TransactionReceiptNotFoundError") !== undefined)
      throw new DepositUnknownError({ transaction, settlement });
    throw error;
  });
  const queued = parseEventLogs({ abi: accountAbi, logs: ownLogs(l1, receipt), eventName: "DepositQueued" });
  const waiting: Queued[] = [];
  for (const { args } of queued) {
    const hash = await publicClient.readContract({
      address: settlement,
      abi: accountAbi,
      functionName: "deposits",
      args: [args.id],
    });
    if (BigInt(hash) !== 0n) waiting.push(args);
  }
  if (waiting.length === 0) throw new DepositUnknownError({ transaction, settlement });
  return waiting;
}

async function requireExpired(l1: AccountL1, { id, expiry, layer }: Queued): Promise<void> {
  const { settledUntil } = await readSettled(l1);
  if (settledUntil >= expiry || (await readLayer(l1, layer)).status === "frozen") return;
  const text = (time: bigint) => formatTime(Number(time));
  throw new DepositNotExpiredError({ id: String(id), expiry: text(expiry), settledUntil: text(settledUntil) });
}

function wordsOf({ asset, amount, layer, recipient, payload }: Queued): bigint[] {
  const { deposit: kind } = MessageKind;
  return encodeItems([{ direction: 0, kind, asset: Number(asset), amount, layer, recipient, payload }]);
}
