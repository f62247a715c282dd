import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { ContextName } from "./ir.ts";

/**
 * The part of a handler's context that comes from the message. The executor and the circuit's hints must agree on it.
 */
export function messageContext(message: Message) {
  return {
    from: message.from,
    messageTime: BigInt(message.time),
    kind: BigInt(message.kind),
    asset: BigInt(message.asset),
    amount: message.amount,
    recipient: message.recipient,
    payload: message.payload,
  } satisfies Partial<Record<ContextName, Field>>;
}
