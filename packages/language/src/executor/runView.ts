import type { Field } from "@frond/foundation";
import type { Program } from "../ir.ts";
import { type CompiledProcedure, compileProcedure } from "./compileProcedure.ts";
import type { CallContext } from "./createExecutor.ts";
import { describeFailure } from "./describeFailure.ts";
import { firstOutOfRange } from "./fitsParameters.ts";
import { createKeyCache } from "./keyCache.ts";
import type { CallFailure } from "./outcome.ts";
import { failure } from "./prepareProcedure.ts";
import { createSession, type StateAccess } from "./session.ts";

export type ViewCall = {
  readonly program: Program;
  /** The position of the view in `Program.views`. */
  readonly view: number;
  /** The flattened arguments. */
  readonly args: readonly Field[];
  readonly context: CallContext;
  readonly state: StateAccess;
};

/** The flattened results, or why there are none. */
export type ViewOutcome =
  | { readonly ok: true; readonly values: readonly Field[] }
  | { readonly ok: false; readonly error: CallFailure };

/** The compiled views of each program. */
const compiled = new WeakMap<Program, readonly CompiledProcedure[]>();

/** Runs a view on a state, which stays as it is. Its work is bounded by its definition. */
export function runView({ program, view: number, args, context, state }: ViewCall): ViewOutcome {
  const view = program.views[number];
  const run = viewsOf(program)[number];
  if (view === undefined || run === undefined) return failed(`There is no view ${number}.`);
  const { length } = view.parameters;
  if (args.length !== length) return failed(`There are ${args.length} argument fields instead of ${length}.`);
  const wrong = firstOutOfRange(view, args);
  if (wrong !== undefined) return failed(`The argument \`${wrong}\` is out of range.`);
  const session = createSession(state);
  const { layerId, time, epoch } = context;
  const stopped = run(session, args, { layerId, time: BigInt(time), epoch: BigInt(epoch) });
  if (stopped < 0) return { ok: true, values: session.returned };
  const instruction = view.instructions[stopped]!;
  return { ok: false, error: failure(describeFailure(instruction), instruction.location).error };
}

function viewsOf(program: Program): readonly CompiledProcedure[] {
  let views = compiled.get(program);
  if (views === undefined) {
    const keys = createKeyCache();
    views = program.views.map((view) => compileProcedure(program, view, keys));
    compiled.set(program, views);
  }
  return views;
}

function failed(message: string): ViewOutcome {
  return { ok: false, error: failure(message).error };
}
