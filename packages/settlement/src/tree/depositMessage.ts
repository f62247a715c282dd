import { L1_LAYER_ID, type Message, MessageKind } from "@frond/protocol";
import type { DepositItem } from "../types.ts";

/** What L1 produces for a deposit: time 0, from layer 0 (docs/protocol.md 4). */
export function depositMessage(deposit: Omit<DepositItem, "id" | "expiry">): Message {
  return {
    from: L1_LAYER_ID,
    to: deposit.layer,
    time: 0,
    kind: MessageKind.deposit,
    asset: deposit.asset,
    amount: deposit.amount,
    recipient: deposit.recipient,
    payload: deposit.payload,
  };
}
