import type { Field } from "@frond/foundation";
import type { Message } from "@frond/protocol";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import { messageContext } from "../messageContext.ts";
import { findHandler } from "../packedCall.ts";
import { compileProcedure } from "./compileProcedure.ts";
import { describeFailure } from "./describeFailure.ts";
import { createKeyCache, type KeyCache } from "./keyCache.ts";
import { createSession, type Session } from "./session.ts";

/** The state before the call. */
export type StateAccess = {
  /** The entry's values, as many as the program's `entryWidth`; zeros if there is no such entry. */
  get(key: Field): readonly Field[];
};

/** What surrounds a call: this layer, and the slot and epoch of the block that is made. */
export type CallContext = { readonly layerId: Field; readonly slot: number; readonly epoch: number };

/** What surrounds a transaction: its sender, what it pays (at most its `maxFee`; nothing if left out) and to whom. */
export type TransactionContext = CallContext & {
  readonly sender: Field;
  readonly fee?: bigint;
  readonly feeRecipient?: Field;
};

/**
 * What a call does. Nothing has been applied: `writes` holds the new values (`entryWidth` of them) of each entry written, by entry key.
 * `touched` holds the key of every entry that was opened, read or written, up to the failure if there was one.
 */
export type Outcome =
  | {
      readonly ok: true;
      readonly writes: ReadonlyMap<Field, Field[]>;
      readonly touched: ReadonlySet<Field>;
      /** In the order sent. */
      readonly sent: readonly Message[];
    }
  | { readonly ok: false; readonly error: CallFailure; readonly touched: ReadonlySet<Field> };

/** The first check that failed, in program order. */
export type CallFailure = { readonly message: string; readonly location?: SourceLocation };

export type Executor = {
  /**
   * Runs method number `method` with its flattened arguments, padded with zeros to `argumentFields`. Arguments outside of their types' ranges, and
   * methods that do not exist, are failures like others. The sender's nonce is the caller's business; the entry's values include it. So is that the fee
   * is at most the transaction's `maxFee`.
   */
  runMethod(call: {
    readonly method: number;
    readonly args: readonly Field[];
    readonly context: TransactionContext;
    readonly state: StateAccess;
  }): Outcome;
  /** Runs the handler of the message's kind; without one it fails. */
  runHandler(call: { readonly message: Message; readonly context: CallContext; readonly state: StateAccess }): Outcome;
};

/** A procedure as native code: returns the position of the instruction that failed, or -1. */
export type CompiledProcedure = (session: Session, args: readonly Field[], context: CompiledContext) => number;

/** The context as the compiled code reads it: all fields, zero where there is none. */
export type CompiledContext = { readonly [name: string]: Field };

/** Makes JavaScript of a program, once; its calls then run at native speed. Entry keys of recent calls are kept, so hot entries cost no hash. */
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
        slot: BigInt(context.slot),
        epoch: BigInt(context.epoch),
      });
    },
    runHandler({ message, context, state }) {
      const found = findHandler(program, message);
      if (found === undefined) return failure(`The application handles no such message of kind ${message.kind}.`);
      return handlers.get(found.handler)!(state, found.args, {
        layerId: context.layerId,
        slot: BigInt(context.slot),
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
