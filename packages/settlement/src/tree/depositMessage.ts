import { L1_LAYER_ID, type Message, MessageKind } from "@frond/protocol";
import { depositSource, FORCED_SOURCE } from "@frond/store";
import type { Deposit, DepositItem } from "../types.ts";
import { isForcedId } from "./itemIds.ts";

/** What L1 produces for a deposit or a forced transaction: time 0, from layer 0 (docs/protocol.md 4). */
export function depositMessage(deposit: Omit<DepositItem, "expiry">): Message {
  return {
    from: L1_LAYER_ID,
    to: deposit.layer,
    time: 0,
    kind: isForcedId(deposit.id) ? MessageKind.forced : MessageKind.deposit,
    asset: deposit.asset,
    amount: deposit.amount,
    recipient: deposit.recipient,
    payload: deposit.payload,
  };
}

/** Where the message comes from: forced transactions are in one row, and so are the deposits of each depositor. */
export function sourceOfDeposit({ id, depositor }: Pick<Deposit, "id" | "depositor">): string {
  return isForcedId(id) ? FORCED_SOURCE : depositSource(depositor);
}
