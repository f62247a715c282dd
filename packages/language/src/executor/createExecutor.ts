import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import { messageContext } from "../messageContext.ts";
import { findHandler } from "../packedCall.ts";
import { compileProcedure } from "./compileProcedure.ts";
import { describeFailure } from "./describeFailure.ts";
import { createKeyCache, type KeyCache } from "./keyCache.ts";
import { type CompiledContext, createSession, type StateAccess } from "./session.ts";

/** The context of a call: the layer, and the time and epoch of the present block. */
export type CallContext = { readonly layerId: Field; readonly time: number; readonly epoch: number };

/** The context of a transaction: its sender, its fee (at most its `maxFee`; by default 0), and the fee's recipient. */
export type TransactionContext = CallContext & {
  readonly sender: Field;
  readonly fee?: bigint;
  readonly feeRecipient?: Field;
};

/**
 * The outcome of a call, not applied to the state. `writes` holds the new values (`entryWidth` of them) of each written
 * entry, by entry key. `touched` holds the key of every entry that the call opened before it ended or failed.
 */
export type Outcome =
  | {
      readonly ok: true;
      readonly writes: ReadonlyMap<Field, Field[]>;
      readonly touched: ReadonlySet<Field>;
      /** In the order of sending. */
      readonly sent: readonly Message[];
    }
  | { readonly ok: false; readonly error: CallFailure; readonly touched: ReadonlySet<Field> };

/** The first failed check, in program order. */
export type CallFailure = { readonly message: string; readonly location?: SourceLocation };

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
};

/**
 * Creates the executor of a program. The program is compiled to JavaScript once, and calls run at native speed. A cache
 * of entry keys saves the hash of recently used entries.
 */
export function createExecutor(program: Program): Executor {
  const keys = createKeyCache();
  const methods = program.methods.map((procedure) => prepare(program, procedure, keys));
  const handlers = new Map(program.handlers.map((handler) => [handler, prepare(program, handler, keys)]));
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
  };
}

function prepare(program: Program, procedure: Procedure, keys: KeyCache) {
  const compiled = compileProcedure(program, procedure, keys);
  return (state: StateAccess, args: readonly Field[], context: CompiledContext): Outcome => {
    const wrong = procedure.parameters.findIndex(({ type }, i) => !isOfType(args[i]!, type));
    if (wrong >= 0) {
      return failure(`The argument \`${procedure.parameters[wrong]!.name}\` is out of range.`, procedure.location);
    }
    const session = createSession(state);
    const failed = compiled(session, args, context);
    const touched = new Set(session.entries.keys());
    if (failed >= 0) {
      const instruction = procedure.instructions[failed]!;
      return { ...failure(describeFailure(instruction), instruction.location), touched };
    }
    const writes = new Map<Field, Field[]>();
    for (const [key, entry] of session.entries) if (entry.written) writes.set(key, entry.values);
    return { ok: true, writes, touched, sent: session.sent };
  };
}

function failure(message: string, location?: SourceLocation): Outcome & { readonly ok: false } {
  return { ok: false, error: { message, ...(location === undefined ? {} : { location }) }, touched: new Set() };
}

function isOfType(value: Field, type: Procedure["parameters"][number]["type"]): boolean {
  if (type.kind === "bool") return value === 0n || value === 1n;
  return type.kind !== "integer" || value >> BigInt(type.bits) === 0n;
}
