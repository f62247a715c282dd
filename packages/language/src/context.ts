import { MessageKind, type SentKindName } from "@frond/protocol";
import type { CallInterface } from "./calls.ts";
import type { ContextName, ScalarType, SentKind } from "./ir.ts";
import { refuseUnknownNames } from "./names.ts";
import { packCall } from "./packCall.ts";
import { emit, type Trace } from "./trace.ts";
import {
  type AddressType,
  address,
  type Fields,
  type FieldType,
  field,
  type InputOf,
  type IntegerType,
  u8,
  u32,
  u64,
  u128,
} from "./types.ts";
import { type AddressValue, type FieldValue, type ScalarValue, scalarId, scalarValue, type Uint } from "./values.ts";

/** A message to another layer. What is left out is zero: `asset` 0 is none. */
export type CallInput = {
  readonly to: InputOf<FieldType>;
  readonly asset?: InputOf<IntegerType<32>>;
  readonly amount?: InputOf<IntegerType<128>>;
  readonly recipient?: InputOf<AddressType> | FieldValue;
  readonly payload?: InputOf<FieldType>;
};

/** Money that leaves to L1, where `recipient`, an Ethereum address, can claim it when the epoch has settled. */
export type WithdrawalInput = {
  readonly asset: InputOf<IntegerType<32>>;
  readonly amount: InputOf<IntegerType<128>>;
  readonly recipient: InputOf<AddressType>;
};

/** A call that another application declares: `to` is the layer that it runs on, `args` what it declares. What is left out is zero. */
export type TypedCallInput<A extends Fields> = Omit<CallInput, "payload"> & {
  readonly args: { readonly [N in keyof A]: InputOf<A[N]> };
};

/** What every procedure sees besides its arguments. */
export type CommonContext<State> = {
  readonly state: State;
  /** This layer's id. */
  readonly layerId: FieldValue;
  /** The slot of the block that is made. */
  readonly slot: Uint<32>;
  readonly epoch: Uint<32>;
  /** Sends a call to another layer, to be handled there by `receive.call`. If the layer cannot, the message comes back to `receive.bounce`. */
  send(message: CallInput): void;
  withdraw(withdrawal: WithdrawalInput): void;
  /**
   * Sends a call that the application of layer `to` declares in its `calls`. If it takes an address or a field, that travels as the message's recipient, so
   * `recipient` is then left out. If the layer cannot run it, it comes back to the handler in `bounced`, or to `receive.bounce`.
   */
  call<A extends Fields>(target: CallInterface<A>, message: TypedCallInput<A>): void;
};

export type MethodContext<State> = CommonContext<State> & {
  /** The account that signed the transaction. */
  readonly sender: AddressValue;
};

/** What the `fee` procedure sees, which runs before every method. */
export type FeeContext<State> = Pick<MethodContext<State>, "state" | "layerId" | "slot" | "epoch" | "sender"> & {
  /** What the transaction pays: the sequencer chooses it, up to the `maxFee` that was signed. */
  readonly fee: Uint<64>;
  /** The address that the sequencer wants it paid to; the same for all transactions of a block. */
  readonly feeRecipient: AddressValue;
};

/** What a handler gets of the message: see docs/protocol.md 4. */
export type ReceivedMessage = {
  /** The layer that sent it; 0 is L1. */
  readonly from: FieldValue;
  /** The slot of the block that sent it. */
  readonly messageSlot: Uint<32>;
  readonly kind: Uint<8>;
  readonly asset: Uint<32>;
  readonly amount: Uint<128>;
  readonly recipient: AddressValue;
  readonly payload: FieldValue;
};

/** What the handler of a call, or of one that came back, gets besides its arguments. */
export type CallMessage = Pick<ReceivedMessage, "from" | "messageSlot" | "asset" | "amount"> & {
  /** The recipient that the call names, also when it came back. */
  readonly recipient: AddressValue;
};

const COMMON: Partial<Record<ContextName, ScalarType>> = { layerId: field, slot: u32, epoch: u32 };
const METHOD: Partial<Record<ContextName, ScalarType>> = { ...COMMON, sender: address };
const FEE: Partial<Record<ContextName, ScalarType>> = { ...METHOD, fee: u64, feeRecipient: address };
const MESSAGE: Partial<Record<ContextName, ScalarType>> = {
  from: field,
  messageSlot: u32,
  kind: u8,
  asset: u32,
  amount: u128,
  recipient: address,
  payload: field,
};
const CALL: Partial<Record<ContextName, ScalarType>> = { from: field, messageSlot: u32, asset: u32, amount: u128 };

export function methodContext(trace: Trace, state: unknown): MethodContext<unknown> {
  const effects = { state, ...messageEffects(trace) };
  return refuseUnknownNames(contextValues(trace, METHOD, effects), "the context of a method") as MethodContext<unknown>;
}

export function feeContext(trace: Trace, state: unknown): FeeContext<unknown> {
  return refuseUnknownNames(contextValues(trace, FEE, { state }), "the context of the fee") as FeeContext<unknown>;
}

export function handlerContext(trace: Trace, state: unknown): CommonContext<unknown> {
  const effects = { state, ...messageEffects(trace) };
  return refuseUnknownNames(
    contextValues(trace, COMMON, effects),
    "the context of a handler",
  ) as CommonContext<unknown>;
}

export function receivedMessage(trace: Trace): ReceivedMessage {
  return refuseUnknownNames(contextValues(trace, MESSAGE, {}), "a received message") as ReceivedMessage;
}

/** The message of a call; `carrier` is the part of it that holds the recipient: a bounce has it in the payload. */
export function callMessage(trace: Trace, carrier: "recipient" | "payload"): CallMessage {
  const carried = contextValues(trace, { [carrier]: address }, {}) as Partial<Record<typeof carrier, AddressValue>>;
  const target = Object.defineProperty({}, "recipient", { enumerable: true, get: () => carried[carrier] });
  return refuseUnknownNames(contextValues(trace, CALL, target), "the message of a call") as CallMessage;
}

/** Values of the context are made when they are first asked for, and belong to the whole procedure. */
function contextValues(trace: Trace, types: Partial<Record<ContextName, ScalarType>>, target: object): object {
  const made = new Map<string, ScalarValue>();
  for (const [name, type] of Object.entries(types)) {
    const get = () => {
      const known = made.get(name);
      if (known !== undefined) return known;
      const id = emit(trace, { op: "context", type, name: name as ContextName }, { unguarded: true });
      const value = scalarValue(type, id, trace.root);
      made.set(name, value);
      return value;
    };
    Object.defineProperty(target, name, { enumerable: true, get });
  }
  return target;
}

function messageEffects(trace: Trace): Pick<CommonContext<unknown>, "send" | "withdraw" | "call"> {
  const emitMessage = (kind: SentKind, message: CallInput) => {
    emit(trace, {
      op: "send",
      to: scalarId(field, message.to),
      kind,
      asset: scalarId(u32, message.asset ?? 0),
      amount: scalarId(u128, message.amount ?? 0),
      recipient: scalarId(field, message.recipient ?? 0),
      payload: scalarId(field, message.payload ?? 0),
    });
  };
  // One for each kind that an application sends.
  const senders = {
    call: (message: CallInput) => emitMessage(MessageKind.call, message),
    withdrawal: (withdrawal: WithdrawalInput) => emitMessage(MessageKind.withdrawal, { ...withdrawal, to: 0 }),
  } satisfies { readonly [N in SentKindName]: (message: never) => void };
  return {
    send: senders.call,
    withdraw: senders.withdrawal,
    call: (target, message) => senders.call(packCall(target, message)),
  };
}
