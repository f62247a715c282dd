import { MessageKind } from "@frond/protocol";

/** The kinds of messages that the language speaks of, by the names it uses. */
export const MESSAGE_KINDS = {
  deposit: MessageKind.deposit,
  withdrawal: MessageKind.withdrawal,
  call: MessageKind.call,
  bounce: MessageKind.bounce,
} as const;

/** The kinds that an application can handle. */
export type HandledKind = "deposit" | "call" | "bounce";
