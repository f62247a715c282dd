import { MessageKind } from "@frond/protocol";

/** The kinds of messages, by their names in the language. */
export const MESSAGE_KINDS = {
  deposit: MessageKind.deposit,
  withdrawal: MessageKind.withdrawal,
  call: MessageKind.call,
  bounce: MessageKind.bounce,
} as const;

/** The kinds of messages that an application can handle. */
export type HandledKind = "deposit" | "call" | "bounce";
