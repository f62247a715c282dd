import { MESSAGE, type Message, messagePoint, POINT_HINT, zeroRecord } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { recordInput } from "./recordInput.ts";

/** The message of zeros that stands in unused places. It is never accounted for. */
export const EMPTY_MESSAGE: Message = zeroRecord(MESSAGE);

export function messageInput(message: Message): InputMap {
  return recordInput(MESSAGE, message);
}

/** Where the message's point is: the counter that finds x, and y. */
export function pointHint(message: Message, epoch: number): InputMap {
  const { counter, point } = messagePoint({ message, epoch });
  return recordInput(POINT_HINT, { counter, y: point.y });
}
