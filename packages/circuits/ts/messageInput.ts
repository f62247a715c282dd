import { fieldToHex } from "@frond/foundation";
import { type Message, type MessageKind, messagePoint } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";

/** The message of zeros that stands in unused places. It is never accounted for. */
export const EMPTY_MESSAGE: Message = {
  from: 0n,
  to: 0n,
  slot: 0,
  kind: 0 as MessageKind,
  asset: 0,
  amount: 0n,
  recipient: 0n,
  payload: 0n,
};

export function messageInput(message: Message): InputMap {
  return {
    from: fieldToHex(message.from),
    to: fieldToHex(message.to),
    slot: message.slot,
    kind: message.kind,
    asset: message.asset,
    amount: fieldToHex(message.amount),
    recipient: fieldToHex(message.recipient),
    payload: fieldToHex(message.payload),
  };
}

/** Where the message's point is: the counter that finds x, and y. */
export function pointHint(message: Message, epoch: number): InputMap {
  const { counter, point } = messagePoint({ message, epoch });
  return { counter, y: fieldToHex(point.y) };
}
