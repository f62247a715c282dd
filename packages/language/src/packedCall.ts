import type { Field } from "@frond/foundation";
import { type Message, PACKINGS } from "@frond/protocol";
import { callPartsOf } from "./callParts.ts";
import type { Handler, Program, ScalarType } from "./ir.ts";

/*
 * The encoding of a call in one field of a message: the selector in the low 24 bits, above it the arguments in the
 * widths of their types, the first argument lowest. A call holds the field in its payload. A bounce exchanges payload
 * and recipient, so it holds the field in its recipient.
 */

export const SELECTOR_BITS = PACKINGS.packedCall.selector;
/** 248 bits together with the selector, safely below the field's modulus. */
export const ARGUMENT_BITS = 224;

/**
 * Finds the handler of a message, and the arguments that the message packs. Handlers of calls have precedence over the
 * handler for the rest of their kind.
 */
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

/** Packs selector and arguments into one field. All of them must be in range. */
export function packArguments(selector: number, types: readonly ScalarType[], values: readonly Field[]): Field {
  return offsetsOf(types).reduce((sum, offset, i) => sum + (values[i]! << BigInt(offset)), BigInt(selector));
}

/** The opposite of {@link packArguments}. Returns undefined if `packed` is another call or no call. */
export function unpack(selector: number, types: readonly ScalarType[], packed: Field): Field[] | undefined {
  if (packed % (1n << BigInt(SELECTOR_BITS)) !== BigInt(selector)) return undefined;
  if (packed >> BigInt(SELECTOR_BITS + bitsOf(types)) !== 0n) return undefined;
  return offsetsOf(types).map((offset, i) => (packed >> BigInt(offset)) % (1n << BigInt(widthOf(types[i]!))));
}

/** The offset of each argument in bits. */
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

/** The width in bits of a packable type. */
function widthOf(type: ScalarType): number {
  if (type.kind === "integer" || type.kind === "signed") return type.bits;
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
