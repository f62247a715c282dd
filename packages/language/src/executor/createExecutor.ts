import type { Field } from "@frond/foundation";
import {
  ACCOUNTS_MAP,
  admitForced,
  COUNTER_BITS,
  entryKey,
  type ForcedTransaction,
  L1_LAYER_ID,
  type Message,
} from "@frond/protocol";
import type { Program } from "../ir.ts";
import { messageContext } from "../messageContext.ts";
import { findHandler } from "../packedCall.ts";
import { methodsWithoutFee } from "../withoutFee.ts";
import { createKeyCache } from "./keyCache.ts";
import type { Outcome } from "./outcome.ts";
import { failure, prepareProcedure } from "./prepareProcedure.ts";
import type { StateAccess } from "./session.ts";

/** The context of a call: the layer, and the time and epoch of the present block. */
export type CallContext = { readonly layerId: Field; readonly time: number; readonly epoch: number };

/** The context of a transaction: its sender, its fee (at most its `maxFee`; by default 0), and the fee's recipient. */
export type TransactionContext = CallContext & {
  readonly sender: Field;
  readonly fee?: bigint;
  readonly feeRecipient?: Field;
};

export type Executor = {
  /**
   * Runs method number `method` with flattened arguments, padded with zeros to `argumentFields`. An argument outside of
   * its type's range and an unknown method are failures. The caller is responsible for the sender's nonce, which is
   * part of the entry's values, and for `fee <= maxFee`.
   */
  runMethod(call: {
    readonly method: number;
    readonly args: readonly Field[];
    readonly context: TransactionContext;
    readonly state: StateAccess;
  }): Outcome;
  /** Runs the handler for the message. A message without a handler fails. */
  runHandler(call: { readonly message: Message; readonly context: CallContext; readonly state: StateAccess }): Outcome;
  /**
   * Runs a forced transaction, whatever its words are: the outcome is that of the circuit. If it is ok, the writes
   * count the sender's nonce; if not, nothing changes. No fee is paid.
   */
  runForced(call: {
    readonly transaction: ForcedTransaction;
    readonly context: CallContext;
    readonly state: StateAccess;
  }): Outcome;
};

/**
 * Creates the executor of a program. The program is compiled to JavaScript once, and calls run at native speed. A cache
 * of entry keys saves the hash of recently used entries.
 */
export function createExecutor(program: Program): Executor {
  const keys = createKeyCache();
  const methods = program.methods.map((procedure) => prepareProcedure(program, procedure, keys));
  const forced = methodsWithoutFee(program).map((procedure) => prepareProcedure(program, procedure, keys));
  const handlers = new Map(program.handlers.map((handler) => [handler, prepareProcedure(program, handler, keys)]));
  return {
    runMethod({ method, args, context, state }) {
      const run = methods[method];
      if (run === undefined) return failure(`There is no method ${method}.`);
      if (args.length !== program.argumentFields) {
        return failure(`There are ${args.length} argument fields instead of ${program.argumentFields}.`);
      }
      return run(state, args, {
        sender: context.sender,
        fee: context.fee ?? 0n,
        feeRecipient: context.feeRecipient ?? 0n,
        layerId: context.layerId,
        time: BigInt(context.time),
        epoch: BigInt(context.epoch),
      });
    },
    runHandler({ message, context, state }) {
      const found = findHandler(program, message);
      if (found === undefined) return failure(`The application handles no such message of kind ${message.kind}.`);
      return handlers.get(found.handler)!(state, found.args, {
        layerId: context.layerId,
        time: BigInt(context.time),
        epoch: BigInt(context.epoch),
        ...messageContext(message),
      });
    },
    runForced({ transaction, context: { layerId, time, epoch }, state }) {
      const admitted = admitForced(transaction, { argumentFields: program.argumentFields, time });
      if (!admitted.ok) return failure(`The forced transaction is invalid: ${admitted.problem}.`);
      const { sender, nonce, method, args } = admitted;
      const account = entryKey(ACCOUNTS_MAP, [sender]);
      const before = state.get(account);
      const touched = new Set([account]);
      const wrongNonce = problemOfNonce(nonce, before[0]!);
      if (wrongNonce !== undefined) return { ...failure(wrongNonce), touched };
      const run = forced[method];
      if (run === undefined) return { ...failure(`There is no method ${method}.`), touched };
      // The method sees a nonce that already counts its own transaction.
      const counted = [BigInt(nonce) + 1n, ...before.slice(1)];
      const outcome = run({ get: (key) => (key === account ? counted : state.get(key)) }, args, {
        ...{ sender, fee: 0n, feeRecipient: 0n, layerId },
        ...{ time: BigInt(time), epoch: BigInt(epoch) },
      });
      const opened = new Set([account, ...outcome.touched]);
      if (!outcome.ok) return { ...outcome, touched: opened };
      // Nobody may force a layer to send what no other layer takes: no epoch would carry its block.
      if (outcome.sent.some(({ to }) => to !== L1_LAYER_ID)) return { ...failure(SENDS_ELSEWHERE), touched: opened };
      return { ...outcome, touched: opened, writes: new Map([[account, counted], ...outcome.writes]) };
    },
  };
}

const SENDS_ELSEWHERE = "A forced transaction may send to L1 alone, and this one sends to a layer.";

function problemOfNonce(nonce: number, next: Field): string | undefined {
  if (BigInt(nonce) < next) return `The nonce ${nonce} is used: the account's next is ${next}.`;
  return nonce + 1 < 2 ** COUNTER_BITS ? undefined : `The nonce ${nonce} leaves no next one.`;
}
