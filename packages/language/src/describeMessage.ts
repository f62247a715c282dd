import type { Field } from "@frond/foundation";
import { type HandledKindName, handledKindNames, type Message, MessageKind } from "@frond/protocol";
import type { Application } from "./application.ts";
import { callPartsOf } from "./callParts.ts";
import { type CallInterface, isCarried, layoutOf } from "./calls.ts";
import { type ArgumentsOf, decodePlain, encodePlain } from "./encode.ts";
import { EncodingError } from "./encodingError.ts";
import { packArguments, packedFieldOf, unpack } from "./packedCall.ts";
import { scalarLimit } from "./scalarBits.ts";
import { type Fields, flattenType, struct } from "./types.ts";

/** A decoded call: its name, and its arguments in the shape of their types. */
export type DescribedCall = { readonly name: string; readonly args: Readonly<Record<string, unknown>> };

/**
 * Decodes a message that is a call or a bounced call: of the application's `calls`, or of the calls in `bounced`.
 * Returns undefined for every other message.
 */
export function describeMessage(
  application: Pick<Application, "calls" | "bounced">,
  message: Message,
): DescribedCall | undefined {
  const { calls, bounced } = application;
  const known: { readonly [N in HandledKindName]: readonly CallInterface[] } = {
    deposit: [],
    call: Object.values(calls),
    bounce: [...Object.values(bounced), ...Object.values(calls)],
  };
  const name = handledKindNames.find((handled) => MessageKind[handled] === message.kind);
  return name && describeAs(known[name], message);
}

/**
 * Encodes a call as the fields of a message, for tests and tools; an application uses `context.call`. `recipient` is
 * allowed only for a call that carries no address or field itself.
 * @throws {@link EncodingError} when an argument does not fit its type; the error names the argument
 */
export function encodeCall<A extends Fields>(
  call: CallInterface<A>,
  args: ArgumentsOf<A>,
  recipient?: Field,
): Pick<Message, "recipient" | "payload"> {
  const fields = encodePlain(struct(call.args), args, call.name);
  const all = flattenType(struct(call.args), "");
  const packed = fields.filter((_, i) => !isCarried(all[i]!.type));
  const carried = fields.find((_, i) => isCarried(all[i]!.type));
  if (carried !== undefined && recipient !== undefined) {
    throw new EncodingError({
      path: call.name,
      problem: "A recipient is given, but an argument of the call travels as the message's recipient.",
      next: "Leave the recipient out.",
    });
  }
  const types = layoutOf(call.args).packed.map(({ type }) => type);
  return { recipient: carried ?? recipient ?? 0n, payload: packArguments(call.selector, types, packed) };
}

function describeAs(calls: readonly CallInterface[], message: Message): DescribedCall | undefined {
  const carried = message[callPartsOf(message.kind)?.carried ?? "recipient"];
  for (const { name, args, selector } of calls) {
    const types = layoutOf(args).packed.map(({ type }) => type);
    const packed = unpack(selector, types, packedFieldOf(message));
    if (packed === undefined) continue;
    const rest = [...packed];
    const all = flattenType(struct(args), "");
    const fields = all.map(({ type }) => (isCarried(type) ? carried : rest.shift()!));
    // The handler of a call refuses an account that is not one on L1, and a member that an enumeration does not have.
    if (all.some(({ type }, i) => fields[i]! >= scalarLimit(type))) continue;
    return { name, args: decodePlain(struct(args), fields, name) as DescribedCall["args"] };
  }
  return undefined;
}
