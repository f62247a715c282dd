import { bytesToInteger, type Field, poseidon2Hash } from "@frond/foundation";
import { DefinitionError } from "./errors.ts";
import type { Parameter, ScalarType, SourceLocation } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { ARGUMENT_BITS, bitsOf } from "./packedCall.ts";
import { type Fields, flattenType, struct, typeName } from "./types.ts";
import { requireName, validateArguments } from "./validateParts.ts";

/**
 * The interface of a call: its name and its arguments. Integers and bools are packed into one field of the message, so
 * they have 224 bits together. One address (of either sort) or field can travel as the message's recipient.
 */
export type CallInterface<A extends Fields = Fields> = {
  readonly name: string;
  readonly args: A;
  /** Identifies the call in a message: 24 bits of the hash of the call's name and arguments. */
  readonly selector: number;
};

/**
 * Describes a call of an application whose definition is not available. Otherwise use `itsApplication.calls.name`.
 * @throws {@link DefinitionError} when the arguments can't travel in one message
 *
 * @example
 * const swapCall = callInterface({ name: "swap", args: { minimumOut: u128, sellBase: bool } });
 */
export function callInterface<const A extends Fields>({
  name,
  args,
}: {
  readonly name: string;
  readonly args: A;
}): CallInterface<A> {
  const location = callerLocation();
  validateCall(name, args, location);
  return describeCall(name, args);
}

/** The interface of a validated call. */
export function describeCall<A extends Fields>(name: string, args: A): CallInterface<A> {
  return { name, args, selector: selectorOf(name, args) };
}

/**
 * Divides the arguments, in encoding order, into the packed ones and the one that travels as the message's recipient.
 */
export function layoutOf(args: Fields): { readonly packed: readonly Parameter[]; readonly carried?: Parameter } {
  const all = flattenType(struct(args), "");
  const carried = all.find(({ type }) => isCarried(type));
  const packed = all.filter(({ type }) => !isCarried(type)).map(({ name, type }) => ({ name, type: sentType(type) }));
  return { packed, ...(carried === undefined ? {} : { carried }) };
}

/**
 * The type as which a value travels. Any layer can send a member that an enumeration does not have: the handler takes a
 * number, and fails if it is none of a member.
 */
function sentType(type: ScalarType): ScalarType {
  return type.kind === "enumeration" ? { kind: "integer", bits: 8 } : type;
}

/** Whether `value` was made by {@link callInterface} or is among an application's `calls`. */
export function isCallInterface(value: unknown): value is CallInterface {
  const { name, args, selector } = (value ?? {}) as Partial<CallInterface>;
  return typeof name === "string" && typeof args === "object" && typeof selector === "number";
}

/** Whether a type is too wide for packing. */
export function isCarried(type: ScalarType): boolean {
  return ["address", "ethereumAddress", "field"].includes(type.kind);
}

/**
 * Checks that a call's arguments can travel in one message.
 * @throws {@link DefinitionError} when there are two carried arguments or too many packed bits
 */
export function validateCall(name: string, args: Fields, location: SourceLocation | undefined): void {
  requireName(name, "A call", { location });
  validateArguments(args, `the call \`${name}\``, location);
  const { packed } = layoutOf(args);
  const carried = flattenType(struct(args), "").filter(({ type }) => isCarried(type));
  const bits = bitsOf(packed.map(({ type }) => type));
  if (carried.length > 1) {
    throw new DefinitionError({
      code: "language/definition",
      location,
      problem:
        `The call \`${name}\` takes ${carried.length} addresses or fields ` +
        `(${carried.map((one) => one.name).join(", ")}), and a message carries one.`,
      instead:
        "Keep one of them, and name the others by integers that the called application can look up in its state.",
      data: { name, carried: carried.map((one) => one.name) },
    });
  }
  if (bits > ARGUMENT_BITS) {
    throw new DefinitionError({
      code: "language/definition",
      location,
      problem: `The call \`${name}\` takes ${bits} bits of integers and bools, and a message carries ${ARGUMENT_BITS}.`,
      instead:
        "Use smaller integers, such as u64 for a u128, " +
        "or omit what the message contains already: its asset and amount.",
      data: { name, bits },
    });
  }
}

/**
 * Checks that the calls of one application differ in name and selector.
 * @throws {@link DefinitionError} when two calls share a name or a selector
 */
export function requireDistinctCalls(calls: readonly CallInterface[], location: SourceLocation | undefined): void {
  const seen = new Map<number, CallInterface>();
  for (const call of calls) {
    const other = seen.get(call.selector);
    if (other !== undefined) {
      throw new DefinitionError({
        code: "language/name",
        location,
        problem:
          other.name === call.name
            ? `The call \`${call.name}\` is handled twice.`
            : `The calls \`${other.name}\` and \`${call.name}\` have the same selector, so messages confuse the two.`,
        instead: other.name === call.name ? "Handle the call once." : "Rename one of them.",
        data: { names: [other.name, call.name] },
      });
    }
    seen.set(call.selector, call);
  }
}

/** Never 0, because a message without payload holds 0. */
function selectorOf(name: string, args: Fields): number {
  const text = `${name}${typeName(struct(args))}`;
  const bytes = new TextEncoder().encode(text);
  const words: Field[] = [BigInt(bytes.length)];
  for (let i = 0; i < bytes.length; i += 31) words.push(bytesToInteger(bytes.slice(i, i + 31)));
  return Number(poseidon2Hash(words) % 0xff_ffffn) + 1;
}
