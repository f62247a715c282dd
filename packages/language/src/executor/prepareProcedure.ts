import type { Field } from "@frond/foundation";
import type { Procedure, Program, SourceLocation } from "../ir.ts";
import { compileProcedure } from "./compileProcedure.ts";
import { describeFailure } from "./describeFailure.ts";
import { firstOutOfRange } from "./fitsParameters.ts";
import type { KeyCache } from "./keyCache.ts";
import type { Outcome } from "./outcome.ts";
import { type CompiledContext, createSession, type StateAccess } from "./session.ts";

/** Compiles a procedure to a function that runs it on a state, and checks its arguments. */
export function prepareProcedure(program: Program, procedure: Procedure, keys: KeyCache) {
  const compiled = compileProcedure(program, procedure, keys);
  return (state: StateAccess, args: readonly Field[], context: CompiledContext): Outcome => {
    const wrong = firstOutOfRange(procedure, args);
    if (wrong !== undefined) return failure(`The argument \`${wrong}\` is out of range.`, procedure.location);
    const session = createSession(state);
    const failed = compiled(session, args, context);
    const touched = new Set(session.entries.keys());
    if (failed >= 0) {
      const instruction = procedure.instructions[failed]!;
      return { ...failure(describeFailure(instruction), instruction.location), touched };
    }
    const writes = new Map<Field, Field[]>();
    for (const [key, entry] of session.entries) if (entry.written) writes.set(key, entry.values);
    return { ok: true, writes, touched, sent: session.sent, emitted: session.emitted };
  };
}

export function failure(message: string, location?: SourceLocation): Outcome & { readonly ok: false } {
  return { ok: false, error: { message, ...(location === undefined ? {} : { location }) }, touched: new Set() };
}
