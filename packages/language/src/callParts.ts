import { type HandledKindName, kindNameOf } from "@frond/protocol";

/** Where the messages of a kind hold a call that an application declares. */
export type CallParts = {
  /** The part of the message that packs selector and arguments. */
  readonly packed: "payload" | "recipient";
  /** The part that carries the address or field that does not fit into the other. */
  readonly carried: "payload" | "recipient";
  /** What the names of its handlers begin with in the circuit: calls have names of the application's own choice. */
  readonly prefix: string;
};

/**
 * Of every kind that can have handlers: how it holds a call, if it can. A bounce has recipient and payload exchanged.
 */
const CALL_PARTS: { readonly [N in HandledKindName]: CallParts | undefined } = {
  deposit: undefined,
  call: { packed: "payload", carried: "recipient", prefix: "call_" },
  bounce: { packed: "recipient", carried: "payload", prefix: "bounced_" },
};

/** How the messages of a kind hold a call; undefined if they hold none. */
export function callPartsOf(kind: number): CallParts | undefined {
  const name = kindNameOf(kind);
  return name !== undefined && name in CALL_PARTS ? CALL_PARTS[name as HandledKindName] : undefined;
}
