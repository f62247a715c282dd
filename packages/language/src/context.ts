import { MessageKind, type SentKindName } from "@frond/protocol";
import type { CallInput, TypedCallInput } from "./callInput.ts";
import type { CallInterface } from "./calls.ts";
import type { Events, NoEvents } from "./eventDefinitions.ts";
import { type Emit, eventEmitters } from "./events.ts";
import type { ContextName, ScalarType, SentKind, ValueId } from "./ir.ts";
import { scalarId } from "./literals.ts";
import { refuseUnknownNames } from "./names.ts";
import { exactly } from "./operands.ts";
import { packCall } from "./packCall.ts";
import { requireMessage } from "./requireMessage.ts";
import { emit, type Trace } from "./trace.ts";
import {
  address,
  type EthereumAddressType,
  ethereumAddress,
  type Fields,
  field,
  type IntegerType,
  u8,
  u32,
  u64,
  u128,
} from "./types.ts";
import type { InputOf } from "./valueOf.ts";
import { type AddressValue, type FieldValue, type ScalarValue, scalarValue, type Uint } from "./values.ts";

/**
 * A withdrawal to L1. `recipient` can claim the money after the epoch has settled. An account of a layer, such as
 * `sender`, is no Ethereum address, and is refused.
 */
export type WithdrawalInput = {
  readonly asset: InputOf<IntegerType<32>>;
  readonly amount: InputOf<IntegerType<128>>;
  readonly recipient: InputOf<EthereumAddressType>;
};

/** The context of every procedure. */
export type CommonContext<State, E extends Events = NoEvents> = {
  readonly state: State;
  /** The id of this layer. */
  readonly layerId: FieldValue;
  /** The time of the present block. */
  readonly time: Uint<64>;
  readonly epoch: Uint<32>;
  /**
   * Sends a call to another layer, which handles the call in `receive.call`. If the receiver fails, the message comes
   * back to `receive.bounce`. Fails if `to` is L1 and `recipient` has more than 160 bits.
   */
  send(message: CallInput): void;
  /** Sends money to an account on L1. */
  withdraw(withdrawal: WithdrawalInput): void;
  /**
   * Sends a call that the application of layer `to` declares in its `calls`. An argument that is an address or a field
   * travels as the message's recipient; then `recipient` must be omitted. If the receiver fails, the call comes back to
   * its handler in `bounced`, or to `receive.bounce`.
   */
  call<A extends Fields>(target: CallInterface<A>, message: TypedCallInput<A>): void;
  /**
   * Emits an event that the application declares: `emit.swapped({ account: sender, amountIn })`. Nodes keep it with the
   * transaction or message, if that succeeds; it is not proven, and costs no gates.
   */
  readonly emit: Emit<E>;
};

export type MethodContext<State, E extends Events = NoEvents> = CommonContext<State, E> & {
  /** The account that signed the transaction. */
  readonly sender: AddressValue;
};

/** The context of the `fee` procedure, which runs before every method. */
export type FeeContext<State> = Pick<MethodContext<State>, "state" | "layerId" | "time" | "epoch" | "sender"> & {
  /** The fee of the transaction. The sequencer chooses the fee, up to the signed `maxFee`. */
  readonly fee: Uint<64>;
  /** The address that receives the fee, chosen by the sequencer. All transactions of a block have the same address. */
  readonly feeRecipient: AddressValue;
};

/** Some of an asset that an account takes out of a layer. */
export type PayoutInput = {
  readonly asset: InputOf<IntegerType<32>>;
  readonly amount: InputOf<IntegerType<128>>;
};

/** The context of an exit, which reads the state that a layer ended with. */
export type ExitContext<State> = Pick<CommonContext<State>, "state" | "layerId"> & {
  /** The account that leaves, and signs for that. */
  readonly account: AddressValue;
  /**
   * Pays out of what the layer holds on L1, to the recipient that the account names. An exit pays at most four times.
   */
  pay(payout: PayoutInput): void;
};

/** The message that a handler handles (docs/protocol.md 4). */
export type ReceivedMessage = {
  /** The layer that sent the message; 0 is L1. */
  readonly from: FieldValue;
  /** The time of the block that sent the message. */
  readonly messageTime: Uint<64>;
  readonly kind: Uint<8>;
  readonly asset: Uint<32>;
  readonly amount: Uint<128>;
  readonly recipient: AddressValue;
  readonly payload: FieldValue;
};

/** The message of a call or of a bounced call, without the packed arguments. */
export type CallMessage = Pick<ReceivedMessage, "from" | "messageTime" | "asset" | "amount"> & {
  /** The recipient that the call names, also in a bounce. */
  readonly recipient: AddressValue;
};

const COMMON: Partial<Record<ContextName, ScalarType>> = { layerId: field, time: u64, epoch: u32 };
const METHOD: Partial<Record<ContextName, ScalarType>> = { ...COMMON, sender: address };
const FEE: Partial<Record<ContextName, ScalarType>> = { ...METHOD, fee: u64, feeRecipient: address };
const EXIT: Partial<Record<ContextName, ScalarType>> = { layerId: field, account: address };
const MESSAGE: Partial<Record<ContextName, ScalarType>> = {
  from: field,
  messageTime: u64,
  kind: u8,
  asset: u32,
  amount: u128,
  recipient: address,
  payload: field,
};
const CALL: Partial<Record<ContextName, ScalarType>> = { from: field, messageTime: u64, asset: u32, amount: u128 };

export function methodContext(trace: Trace, state: unknown, events: Events): MethodContext<unknown> {
  const effects = { state, emit: eventEmitters(trace, events), ...messageEffects(trace) };
  return refuseUnknownNames(contextValues(trace, METHOD, effects), "the context of a method") as MethodContext<unknown>;
}

export function feeContext(trace: Trace, state: unknown): FeeContext<unknown> {
  return refuseUnknownNames(contextValues(trace, FEE, { state }), "the context of the fee") as FeeContext<unknown>;
}

export function handlerContext(trace: Trace, state: unknown, events: Events): CommonContext<unknown> {
  const effects = { state, emit: eventEmitters(trace, events), ...messageEffects(trace) };
  return refuseUnknownNames(contextValues(trace, COMMON, effects), "the context of a handler", {
    sender: "Nobody signs a message: take the account from its arguments, or from `recipient` of the message.",
  }) as CommonContext<unknown>;
}

export function exitContext(trace: Trace, state: unknown): ExitContext<unknown> {
  const pay = exactly("pay", (payout: PayoutInput) => {
    requireMessage("pay", payout, { required: ["asset", "amount"], others: [] });
    const nothing = scalarId(field, 0);
    emit(trace, {
      op: "send",
      to: nothing,
      kind: MessageKind.withdrawal,
      asset: scalarId(u32, payout.asset),
      amount: scalarId(u128, payout.amount),
      recipient: nothing,
      payload: nothing,
    });
  });
  const sends = "An exit sends nothing: pay with `pay({ asset, amount })`.";
  const ended = "An exit runs when the layer has ended, at no time: decide by the state alone.";
  return refuseUnknownNames(contextValues(trace, EXIT, { state, pay }), "the context of an exit", {
    ...{ sender: "Write `account`: the account that leaves." },
    ...{ send: sends, call: sends, withdraw: sends, emit: sends, time: ended, epoch: ended },
    ...{ fee: "An exit has no fee.", feeRecipient: "An exit has no fee." },
  }) as ExitContext<unknown>;
}

export function receivedMessage(trace: Trace): ReceivedMessage {
  return refuseUnknownNames(contextValues(trace, MESSAGE, {}), "a received message") as ReceivedMessage;
}

/** The message of a call. `carrier` is the field that holds the call's recipient: a bounce holds it in the payload. */
export function callMessage(trace: Trace, carrier: "recipient" | "payload"): CallMessage {
  const carried = contextValues(trace, { [carrier]: address }, {}) as Partial<Record<typeof carrier, AddressValue>>;
  const target = Object.defineProperty({}, "recipient", { enumerable: true, get: () => carried[carrier] });
  return refuseUnknownNames(contextValues(trace, CALL, target), "the message of a call") as CallMessage;
}

/** The values of the context. A value is recorded at its first use, and belongs to the whole procedure. */
export function contextValues(trace: Trace, types: Partial<Record<ContextName, ScalarType>>, target: object): object {
  const made = new Map<string, ScalarValue>();
  for (const [name, type] of Object.entries(types)) {
    function get() {
      const known = made.get(name);
      if (known !== undefined) return known;
      const id = emit(trace, { op: "context", type, name: name as ContextName }, { unguarded: true });
      const value = scalarValue(type, id, trace.root);
      made.set(name, value);
      return value;
    }
    Object.defineProperty(target, name, { enumerable: true, get });
  }
  return target;
}

function messageEffects(trace: Trace): Pick<CommonContext<unknown>, "send" | "withdraw" | "call"> {
  function emitMessage(kind: SentKind, message: Omit<CallInput, "recipient">, recipient: ValueId) {
    const { to, asset = 0, amount = 0, payload = 0 } = message;
    emit(trace, {
      op: "send",
      to: scalarId(field, to),
      kind,
      asset: scalarId(u32, asset),
      amount: scalarId(u128, amount),
      recipient,
      payload: scalarId(field, payload),
    });
  }
  // One for each kind that an application sends.
  const senders = {
    call: (message: CallInput) => emitMessage(MessageKind.call, message, scalarId(field, message.recipient ?? 0)),
    withdrawal: (withdrawal: WithdrawalInput) =>
      emitMessage(MessageKind.withdrawal, { ...withdrawal, to: 0 }, scalarId(ethereumAddress, withdrawal.recipient)),
  } satisfies { readonly [N in SentKindName]: (message: never) => void };
  return {
    send: exactly("send", (message) => {
      requireMessage("send", message, { required: ["to"], others: ["asset", "amount", "recipient", "payload"] });
      senders.call(message);
    }),
    withdraw: exactly("withdraw", (withdrawal) => {
      requireMessage("withdraw", withdrawal, { required: ["asset", "amount", "recipient"], others: [] });
      senders.withdrawal(withdrawal);
    }),
    call: exactly("call", (target, message) => {
      requireMessage("call", message, { required: ["to"], others: ["args", "asset", "amount", "recipient"] });
      senders.call(packCall(target, message));
    }),
  };
}
