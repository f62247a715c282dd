import { describeSite } from "./branches/describeSite.ts";
import { environmentReplacements } from "./branches/environment.ts";
import { nativeReplacements } from "./branches/natives.ts";
import { replaceWhile } from "./branches/replaceWhile.ts";
import { describeThrown } from "./describeThrown.ts";
import { DefinitionError, formatLocation, throwFirstMistake } from "./errors.ts";
import type { Emission, Instruction, Operation, ScalarType, SourceLocation, ValueId } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { typeName } from "./types.ts";

/**
 * The largest number of instructions of a procedure. A block of a few such calls would fit no circuit, so the limit
 * catches loops without an end.
 */
const MAX_INSTRUCTIONS = 20_000;

/** A section of a procedure: the whole procedure, the fee in front of a method, or the body of a `when`. */
export type Scope = {
  readonly isFee?: true;
  readonly guard?: ValueId;
  readonly parent?: Scope;
  readonly location?: SourceLocation | undefined;
  /** The handles that were opened in this scope, by map and keys. */
  readonly opened: Map<string, ValueId>;
};

/** The origin of a value, to check where the value may be used. */
export type Traced = { readonly trace: Trace; readonly scope: Scope };

/** The recording of one procedure. */
export type Trace = {
  readonly procedure: string;
  /** Why the procedure may not change the state, if so, and what to write instead. */
  readonly readOnly: ReadOnly | undefined;
  readonly instructions: Instruction[];
  readonly emits: Emission[];
  readonly root: Scope;
  scope: Scope;
  readonly constants: Map<string, ValueId>;
  closed: boolean;
  /** One for each `try` with a `catch` around the present place. */
  readonly attempts: true[];
};

export type ReadOnly = { readonly reason: string; readonly instead: string };

const REPLACEMENTS = [...nativeReplacements, ...environmentReplacements];

let current: Trace | undefined;

/** Runs `body`, and records every operation on traced values. Traces do not nest. */
export function record(
  procedure: string,
  body: (trace: Trace) => void,
  { readOnly }: { readonly readOnly?: ReadOnly } = {},
): Trace {
  const root: Scope = { opened: new Map() };
  const trace: Trace = {
    procedure,
    readOnly,
    instructions: [],
    emits: [],
    root,
    scope: root,
    constants: new Map(),
    closed: false,
    attempts: [],
  };
  const outer = current;
  current = trace;
  try {
    throwFirstMistake(() => replaceWhile(REPLACEMENTS, () => body(trace)));
  } catch (error) {
    throw describeThrown(error, procedure);
  } finally {
    current = outer;
    trace.closed = true;
  }
  return trace;
}

/** The trace that is being recorded, if there is one. */
export function activeTrace(): Trace | undefined {
  return current;
}

let noteLocation: ((location: SourceLocation) => void) | undefined;

/**
 * Runs a function of the definition. Returns its result, and the place of the first instrumented function that begins
 * to run.
 */
export function runAndLocate(run: () => unknown): {
  readonly result: unknown;
  readonly location: SourceLocation | undefined;
} {
  const outer = noteLocation;
  let location: SourceLocation | undefined;
  noteLocation = (found) => {
    location = found;
    noteLocation = undefined;
  };
  try {
    return { result: run(), location };
  } finally {
    noteLocation = outer;
  }
}

/** Tells {@link runAndLocate} that an instrumented function begins to run. */
export function noteEntered(location: () => SourceLocation): void {
  noteLocation?.(location());
}

/**
 * The trace that is being recorded.
 * @throws {@link DefinitionError} when no procedure is being traced
 */
export function currentTrace(): Trace {
  if (current !== undefined) return current;
  throw new DefinitionError({
    code: "language/scope",
    location: callerLocation(),
    problem: "This works on traced values, and no method is being traced.",
    instead: "Call it inside the `run` of a method or inside a handler.",
  });
}

/**
 * Appends an instruction under the present guard. `unguarded` is for instructions that can't fail, have no effect and
 * may be shared by all scopes.
 */
export function emit(trace: Trace, operation: Operation, options: { readonly unguarded?: boolean } = {}): ValueId {
  const location = callerLocation();
  refuseInTry(trace, location);
  if (trace.instructions.length >= MAX_INSTRUCTIONS) {
    throw new DefinitionError({
      code: "language/too-long",
      location,
      problem:
        `${trace.procedure} has more than ${MAX_INSTRUCTIONS} instructions, and this line adds more: ` +
        "the loop around this line has no bound, or too large a bound.",
      instead:
        "Write a loop with a small constant bound, `for (let i = 0; i < 8; i++)`, " +
        "and guard its body with `when(condition, () => { ... })`.",
      data: { procedure: trace.procedure },
    });
  }
  const guard = options.unguarded === true ? undefined : trace.scope.guard;
  trace.instructions.push({
    ...operation,
    ...(guard === undefined ? {} : { guard }),
    ...(location === undefined ? {} : { location }),
  });
  return trace.instructions.length - 1;
}

/** Appends an event under the present guard. */
export function emitEvent(trace: Trace, { event, values }: Omit<Emission, "guard">): void {
  refuseInTry(trace, callerLocation());
  const { guard } = trace.scope;
  trace.emits.push({ event, values, ...(guard === undefined ? {} : { guard }) });
}

function refuseInTry(trace: Trace, location: SourceLocation | undefined): void {
  if (trace.attempts.length > 0) throw new DefinitionError({ ...describeSite(["try", "try"], "value"), location });
}

/** The value of a literal. A trace has one instruction per type and value. */
export function emitConstant(trace: Trace, type: ScalarType, value: bigint): ValueId {
  const name = `${typeName(type)}:${value}`;
  const known = trace.constants.get(name);
  if (known !== undefined) return known;
  const id = emit(trace, { op: "constant", type, value }, { unguarded: true });
  trace.constants.set(name, id);
  return id;
}

/**
 * The scope of what runs under a condition. A nested guard is an unguarded `and` of the outer guard and the condition.
 */
export function guardedScope(trace: Trace, condition: ValueId): Scope {
  const parent = trace.scope;
  const guard =
    parent.guard === undefined
      ? condition
      : emit(trace, { op: "and", a: parent.guard, b: condition }, { unguarded: true });
  return { guard, parent, location: callerLocation(), opened: new Map() };
}

/** Runs the fee of a method in a scope of its own, so that the method can't use the values of the fee. */
export function inFeeScope<T>(trace: Trace, body: () => T): T {
  return inScope(trace, { isFee: true, parent: trace.scope, opened: new Map() }, body);
}

export function inScope<T>(trace: Trace, scope: Scope, body: () => T): T {
  const outer = trace.scope;
  trace.scope = scope;
  try {
    return body();
  } finally {
    trace.scope = outer;
  }
}

/** Notes the name that the source gives a value, unless the value has a name. */
export function labelInstruction({ trace, id }: { readonly trace: Trace; readonly id: ValueId }, label: string): void {
  const instruction = trace.instructions[id]!;
  if (trace === current && instruction.label === undefined) trace.instructions[id] = { ...instruction, label };
}

/**
 * Checks that a value or handle belongs to this trace, and to the present scope or a scope around it. `what` describes
 * the value in the error.
 * @throws {@link DefinitionError} when it does not
 */
export function requireUsable(traced: Traced, what: string): void {
  const trace = currentTrace();
  if (traced.trace !== trace) {
    throw new DefinitionError({
      code: "language/scope",
      location: callerLocation(),
      problem: `This ${what} belongs to ${traced.trace.procedure}, but ${trace.procedure} is being traced.`,
      instead: "Pass what methods share through the state; a value lives in one call of one method.",
    });
  }
  for (let scope: Scope | undefined = trace.scope; scope !== undefined; scope = scope.parent) {
    if (scope === traced.scope) return;
  }
  if (isOfFee(traced.scope)) {
    throw new DefinitionError({
      code: "language/scope",
      location: callerLocation(),
      problem: `This ${what} was made by \`fee\`, and is used outside of \`fee\`.`,
      instead: `Make the ${what} again in the method.`,
    });
  }
  throw new DefinitionError({
    code: "language/scope",
    location: callerLocation(),
    problem:
      `This ${what} was made inside the \`when\` at ${formatLocation(traced.scope.location)}, ` +
      `and is used outside of that \`when\`, where the ${what} may not exist.`,
    instead: `Make the ${what} before the \`when\`, or choose between two values with \`select(condition, a, b)\`.`,
  });
}

function isOfFee(scope: Scope): boolean {
  for (let outer: Scope | undefined = scope; outer !== undefined; outer = outer.parent) {
    if (outer.isFee === true) return true;
  }
  return false;
}
