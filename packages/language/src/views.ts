import { type CommonContext, contextValues } from "./context.ts";
import type { ContextName, Program, ScalarType, SourceLocation, View } from "./ir.ts";
import { refuseUnknownNames } from "./names.ts";
import { flattenInput } from "./operations.ts";
import { type Returned, returnedType } from "./returnedType.ts";
import type { Maps, State, StateDeclaration } from "./state.ts";
import { stateHandles } from "./stateHandles.ts";
import { emit, record } from "./trace.ts";
import { runReturning, tracedArguments, withLocation } from "./tracedProcedure.ts";
import { buildTree, type Fields, field, flattenType, isScalar, struct, u32, u64 } from "./types.ts";
import { requireDistinct, requireName, validateArguments, validateParts, wrong } from "./validateParts.ts";
import type { ValueOf } from "./valueOf.ts";
import { scalarValue } from "./values.ts";

/**
 * A question to the state: `run` reads, computes, and returns values of `returns`. Nodes answer it from what they have;
 * nothing of it is proven.
 */
export type ViewDefinition<S extends StateDeclaration, A extends Fields> = {
  readonly args: A;
  readonly returns: Returned;
  run(context: ViewContext<State<S>>, args: { readonly [N in keyof A]: ValueOf<A[N]> }): unknown;
};

/** The context of a view. `time` and `epoch` are those of the block that it is asked of, or of the next one. */
export type ViewContext<State> = Pick<CommonContext<State>, "state" | "layerId" | "time" | "epoch">;

/** The work of a view is bounded when it is defined: opened entries and hashes, each some ten microseconds. */
const MOST_ENTRIES = 1_024;
const MOST_VIEWS = 64;

const CONTEXT: Partial<Record<ContextName, ScalarType>> = { layerId: field, time: u64, epoch: u32 };

const READS = {
  reason: "which only reads",
  instead: "Compute with `.get()` and return the result; write in a method.",
};

export function traceView(options: {
  readonly name: string;
  readonly view: ViewDefinition<StateDeclaration, Fields>;
  readonly maps: Maps;
  readonly location: SourceLocation | undefined;
}): View {
  const { name, view, maps, location: whole } = options;
  const what = `the view \`${name}\``;
  const type = returnedType(view.returns);
  let returned: View["returned"] = [];
  let location: SourceLocation | undefined;
  const trace = record(
    what,
    (trace) => {
      let index = 0;
      const args = buildTree(struct(view.args), (scalar) =>
        scalarValue(scalar, emit(trace, { op: "parameter", type: scalar, index: index++ })),
      );
      const context = viewContext(contextValues(trace, CONTEXT, { state: stateHandles(maps) }));
      const run = () => view.run(context as never, tracedArguments(args, name) as never);
      const made = runReturning(run, what, whole);
      location = made.location;
      returned = flattenInput(type, made.result, `what ${what} returns`);
    },
    { readOnly: READS },
  );
  const parameters = flattenType(struct(view.args), "");
  const results = flattenType(type, isScalar(type) ? "value" : "");
  return withLocation({ name, parameters, instructions: trace.instructions, results, returned }, location);
}

function viewContext(values: object): object {
  const effects = "A view only reads: do that in a method.";
  return refuseUnknownNames(values, "the context of a view", {
    sender: "Nobody signs a view: take the account as an argument.",
    ...{ send: effects, call: effects, withdraw: effects, emit: effects, pay: effects },
  });
}

/**
 * Checks the declared views before tracing.
 * @throws {@link DefinitionError} at the first mistake
 */
export function validateViews(
  views: { readonly [name: string]: { readonly args: Fields; readonly returns?: Returned; readonly run: unknown } },
  location: SourceLocation | undefined,
): void {
  const names = Object.keys(views);
  requireDistinct(names, "views", location);
  if (names.length > MOST_VIEWS) throw wrong(location, `There are ${names.length} views.`, `Keep to ${MOST_VIEWS}.`);
  for (const [name, view] of Object.entries(views)) {
    requireName(name, "A view", { location });
    const { args, returns, run } = view ?? {};
    if (typeof run !== "function" || typeof args !== "object" || typeof returns !== "object" || returns === null) {
      throw wrong(
        location,
        `The view \`${name}\` is incomplete.`,
        "Write `{ args: {}, returns: { base: u128 }, run({ state }, args) { return { .. }; } }`.",
      );
    }
    validateArguments(args, `the view \`${name}\``, location);
    validateParts(returnedType(returns), `what the view \`${name}\` returns`, location);
  }
}

/**
 * Checks that no view opens or hashes more than a node does for one question.
 * @throws {@link DefinitionError} at the first that does
 */
export function requireSmallViews({ views }: Program): void {
  for (const { name, instructions, location } of views) {
    const work = instructions.filter(({ op }) => op === "open" || op === "hash").length;
    if (work <= MOST_ENTRIES) continue;
    throw wrong(
      location,
      `The view \`${name}\` opens entries and hashes ${work} times, and a node does so ${MOST_ENTRIES} times at most.`,
      "Answer a part of the question, and take as an argument which one.",
    );
  }
}
