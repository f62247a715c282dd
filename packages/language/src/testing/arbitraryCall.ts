import { FIELD_MODULUS, type Field } from "@frond/foundation";
import { ETHEREUM_ADDRESS_BITS, L1_LAYER_ID, type Message, MessageKind } from "@frond/protocol";
import fc from "fast-check";
import type { Program, ScalarType } from "../ir.ts";
import { bitsOf, packArguments, SELECTOR_BITS } from "../packedCall.ts";
import { scalarBits, scalarLimit } from "../scalarBits.ts";
import { arbitraryProgram } from "./arbitraryProgram.ts";

/** One call of a program: a transaction's call, or a consumed message. */
export type RandomCall =
  | {
      readonly kind: "method";
      readonly method: number;
      readonly args: readonly Field[];
      readonly sender: Field;
      readonly fee: bigint;
      readonly feeRecipient: Field;
    }
  | { readonly kind: "message"; readonly message: Message };

export type RandomCase = { readonly program: Program; readonly calls: readonly RandomCall[] };

export type CallOptions = {
  /**
   * The senders of the calls. They also occur as arguments and recipients, so that different calls use the same
   * entries.
   */
  readonly senders: readonly Field[];
  readonly layerId: Field;
  /** One recipient for all calls, as in a block. */
  readonly feeRecipient: Field;
  /** The time of the block, at least 1. Messages have smaller times. */
  readonly time: number;
};

/** A program and up to `maximumCalls` calls of it, to be run in order. */
export function arbitraryCase(options: CallOptions & { readonly maximumCalls: number }): fc.Arbitrary<RandomCase> {
  return arbitraryProgram().chain((program) =>
    fc
      .array(arbitraryCall(program, options), { minLength: 1, maxLength: options.maximumCalls })
      .map((calls) => ({ program, calls })),
  );
}

/**
 * A call with arguments in range, because other calls never enter a block: small values, values at the edges of their
 * types, and arbitrary values.
 */
export function arbitraryCall(program: Program, options: CallOptions): fc.Arbitrary<RandomCall> {
  const methods = program.methods.map((procedure, method) =>
    fc
      .record({
        sender: fc.constantFrom(...options.senders),
        fee: program.hasFee ? arbitraryScalar({ kind: "integer", bits: 64 }, options.senders) : fc.constant(0n),
        used: fc.tuple(...procedure.parameters.map(({ type }) => arbitraryScalar(type, options.senders))),
      })
      .map(({ sender, fee, used }): RandomCall => {
        const padding = new Array<Field>(program.argumentFields - used.length).fill(0n);
        return {
          kind: "method",
          method,
          args: [...used, ...padding],
          sender,
          fee,
          feeRecipient: options.feeRecipient,
        };
      }),
  );
  return fc.oneof(
    ...methods,
    fc
      .oneof(arbitraryMessage(options), ...arbitraryCallMessages(program, options))
      .map((message): RandomCall => ({ kind: "message", message })),
  );
}

function arbitraryMessage({ senders, layerId, time }: CallOptions): fc.Arbitrary<Message> {
  const fieldValue = arbitraryScalar({ kind: "field" }, senders);
  const message = fc.record({
    from: fieldValue,
    to: fc.constant(layerId),
    time: fc.nat({ max: time - 1 }),
    kind: fc.constantFrom(MessageKind.deposit, MessageKind.call, MessageKind.bounce),
    asset: fc.oneof(fc.nat({ max: 3 }), fc.constant(2 ** 32 - 1)),
    amount: arbitraryScalar({ kind: "integer", bits: 128 }, senders),
    recipient: fieldValue,
    payload: fieldValue,
  });
  return message.map(asOfLayerOne);
}

/** Turns a message into one that L1 can send: a deposit whose payload is the depositor's Ethereum address. */
function asOfLayerOne(message: Message): Message {
  if (message.from !== L1_LAYER_ID) return message;
  const payload = message.payload & ((1n << BigInt(ETHEREUM_ADDRESS_BITS)) - 1n);
  return { ...message, kind: MessageKind.deposit, payload };
}

/**
 * For each handled call, a message that packs the call. Some packed values have extra high bits, or are slightly too
 * small.
 */
function arbitraryCallMessages({ handlers }: Program, options: CallOptions): fc.Arbitrary<Message>[] {
  return handlers.flatMap(({ kind, selector, parameters }) => {
    if (selector === undefined) return [];
    const types = parameters.map(({ type }) => type);
    const top = 1n << BigInt(SELECTOR_BITS + bitsOf(types));
    const noise = fc.oneof(
      { weight: 5, arbitrary: fc.constant(0n) },
      fc.constantFrom(1n, -1n, top, top << 2n, top << 5n),
    );
    return [
      fc
        .record({
          message: arbitraryMessage(options),
          args: fc.tuple(...types.map((type) => arbitraryScalar(type, options.senders))),
          noise,
        })
        .map(({ message, args, noise }): Message => {
          const packed = (packArguments(selector, types, args) + noise) % FIELD_MODULUS;
          const { recipient, from } = message;
          const sent = { ...message, from: from === L1_LAYER_ID ? options.layerId : from };
          return kind === MessageKind.bounce
            ? { ...sent, kind, recipient: packed, payload: recipient }
            : { ...sent, kind: MessageKind.call, payload: packed };
        }),
    ];
  });
}

function arbitraryScalar(type: ScalarType, senders: readonly Field[]): fc.Arbitrary<Field> {
  if (type.kind === "bool") return fc.constantFrom(0n, 1n);
  const limit = scalarLimit(type);
  const edges = fc.constantFrom(0n, 1n, limit > 2n ? 2n : 1n, limit - 1n, limit - 2n, limit / 2n, limit / 2n - 1n);
  const small = fc.bigInt(0n, limit > 5n ? 5n : limit - 1n);
  const any = fc.bigInt(0n, limit - 1n);
  if (scalarBits(type) !== undefined) return fc.oneof({ weight: 3, arbitrary: small }, edges, any);
  return fc.oneof(fc.constantFrom(...senders), small, edges, any);
}
