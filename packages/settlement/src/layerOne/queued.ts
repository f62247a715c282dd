import type { ForcedTransactionEvent, QueuedDeposit } from "@frond/contracts";
import { readForcedWords } from "@frond/protocol";
import { forcedId } from "../tree/itemIds.ts";
import type { Deposit } from "../types.ts";

/** A deposit as L1's event says it. */
export function toDeposit({ block: _, ...deposit }: QueuedDeposit): Deposit {
  return {
    ...deposit,
    id: Number(deposit.id),
    asset: Number(deposit.asset),
    expiry: Number(deposit.expiry),
    depositor: BigInt(deposit.depositor),
  };
}

/** A forced transaction as what goes the way of deposits: the fields of its message, and its words. */
export function toForced({ id, layer, payload, deadline, transaction }: ForcedTransactionEvent): Deposit {
  // The contract takes no shorter ones.
  const forced = readForcedWords(layer, transaction)!;
  return {
    ...{ id: forcedId(Number(id)), layer, asset: 0, amount: BigInt(forced.args.length), recipient: 0n, payload },
    ...{ depositor: 0n, expiry: Number(deadline), forced },
  };
}
