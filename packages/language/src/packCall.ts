import type { CallInput, TypedCallInput } from "./callInput.ts";
import { type CallInterface, isCallInterface, isCarried, layoutOf } from "./calls.ts";
import { flattenInput } from "./operations.ts";
import { offsetsOf } from "./packedCall.ts";
import { describe, perform, typeError } from "./tracedValue.ts";
import { type Fields, flattenType, struct } from "./types.ts";
import { FieldValue, scalarValue } from "./values.ts";

/**
 * Records the packing of a typed call. Returns the message to send.
 * @throws {@link DefinitionError} when the arguments do not fit the call
 */
export function packCall<A extends Fields>(target: CallInterface<A>, message: TypedCallInput<A>): CallInput {
  if (!isCallInterface(target)) {
    throw typeError(
      `\`call\` is given ${describe(target)} as the call to make.`,
      "Give one of `calls` of the other application, as in `exchange.calls.swap`, or one made by `callInterface`.",
    );
  }
  const { args, ...rest } = message;
  const ids = flattenInput(struct(target.args), args, `\`args\` of \`${target.name}\``);
  const all = flattenType(struct(target.args), "").map(({ name, type }, i) => ({ name, type, id: ids[i]! }));
  const packed = all.filter(({ type }) => !isCarried(type));
  const carried = all.find(({ type }) => isCarried(type));
  const offsets = offsetsOf(layoutOf(target.args).packed.map(({ type }) => type));
  const parts = packed.map(({ id }, i) => ({ value: id, offset: offsets[i]! }));
  const payload = new FieldValue(perform({ op: "pack", constant: target.selector, parts }, target.name));
  if (carried === undefined) return { ...rest, payload };
  if (rest.recipient !== undefined) {
    throw typeError(
      `The call \`${target.name}\` is given a recipient, but its argument \`${carried.name}\` travels in that place.`,
      "Leave `recipient` out.",
    );
  }
  return { ...rest, recipient: scalarValue(carried.type, carried.id) as FieldValue, payload };
}
