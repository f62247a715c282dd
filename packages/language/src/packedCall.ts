import type { Field } from "@frond/foundation";
import { type Message, PACKINGS } from "@frond/protocol";
import { callPartsOf } from "./callParts.ts";
import type { Handler, Program, ScalarType } from "./ir.ts";

/*
 * How a call travels in one field of a message: the selector in the low 24 bits, above it the arguments, each in as many bits as its type has, the first
 * lowest. A call has it as payload; a bounce, which has payload and recipient exchanged, as recipient.
 */

export const SELECTOR_BITS = PACKINGS.packedCall.selector;
/** With the selector 248, safely below the field's modulus. */
export const ARGUMENT_BITS = 224;

/** What handles a message, and the arguments that it packs. A kind's handlers of calls come first, then the one for all others of the kind. */
export function findHandler(
  { handlers }: Pick<Program, "handlers">,
  message: Message,
): { readonly handler: Handler; readonly args: readonly Field[] } | undefined {
  let rest: Handler | undefined;
  for (const handler of handlers) {
    if (handler.kind !== message.kind) continue;
    const args = handler.selector === undefined ? undefined : unpackArguments(handler, message);
    if (args !== undefined) return { handler, args };
    if (handler.selector === undefined) rest = handler;
  }
  return rest === undefined ? undefined : { handler: rest, args: [] };
}

/** The field of a message that packs a call. */
export function packedFieldOf(message: Message): Field {
  return message[callPartsOf(message.kind)?.packed ?? "payload"];
}

/** The selector and arguments in one field; all must be in range. */
export function packArguments(selector: number, types: readonly ScalarType[], values: readonly Field[]): Field {
  return offsetsOf(types).reduce((sum, offset, i) => sum + (values[i]! << BigInt(offset)), BigInt(selector));
}

/** The opposite of {@link packArguments}; undefined if `packed` is another call, or no call at all. */
export function unpack(selector: number, types: readonly ScalarType[], packed: Field): Field[] | undefined {
  if (packed % (1n << BigInt(SELECTOR_BITS)) !== BigInt(selector)) return undefined;
  if (packed >> BigInt(SELECTOR_BITS + bitsOf(types)) !== 0n) return undefined;
  return offsetsOf(types).map((offset, i) => (packed >> BigInt(offset)) % (1n << BigInt(widthOf(types[i]!))));
}

/** Where each argument begins. */
export function offsetsOf(types: readonly ScalarType[]): number[] {
  let offset = SELECTOR_BITS;
  return types.map((type) => {
    offset += widthOf(type);
    return offset - widthOf(type);
  });
}

export function bitsOf(types: readonly ScalarType[]): number {
  return types.reduce((sum, type) => sum + widthOf(type), 0);
}

/** Bits of a type that can be packed. */
export function widthOf(type: ScalarType): number {
  if (type.kind === "integer") return type.bits;
  if (type.kind === "bool") return 1;
  throw new Error(`a ${type.kind} cannot be packed`);
}

function unpackArguments({ selector, parameters }: Handler, message: Message): Field[] | undefined {
  return unpack(
    selector!,
    parameters.map(({ type }) => type),
    packedFieldOf(message),
  );
}
