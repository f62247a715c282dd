import { EXIT_PAYOUTS } from "@frond/protocol";
import { type ExitContext, exitContext } from "./context.ts";
import { DefinitionError } from "./errors.ts";
import type { Procedure, Program, SourceLocation } from "./ir.ts";
import { operandsOf } from "./noir/operandsOf.ts";
import type { MapDeclaration, State, StateDeclaration } from "./state.ts";
import { stateHandles } from "./stateHandles.ts";
import { emit, record } from "./trace.ts";
import { runProcedure, tracedArguments, withLocation } from "./tracedProcedure.ts";
import { buildTree, type Fields, flattenType, struct } from "./types.ts";
import type { ValueOf } from "./valueOf.ts";
import { scalarValue } from "./values.ts";

/**
 * What an account can take out of a layer that does not run any more. `run` reads the last state, and pays. Whatever
 * one exit pays, or one exit with other arguments, no other may pay as well: an account can use them all, each once.
 */
export type ExitDefinition<S extends StateDeclaration, A extends Fields> = {
  readonly args: A;
  run(context: ExitContext<State<S>>, args: { readonly [N in keyof A]: ValueOf<A[N]> }): void;
};

export function traceExit(options: {
  readonly name: string;
  readonly exit: ExitDefinition<StateDeclaration, Fields>;
  readonly maps: readonly (readonly [string, MapDeclaration])[];
  readonly location: SourceLocation | undefined;
}): Procedure {
  const { name, exit, maps, location: whole } = options;
  const what = titleOfExit(name);
  const parameters = flattenType(struct(exit.args), "");
  let location: SourceLocation | undefined;
  const trace = record(
    what,
    (trace) => {
      let index = 0;
      const args = buildTree(struct(exit.args), (type) =>
        scalarValue(type, emit(trace, { op: "parameter", type, index: index++ })),
      );
      const context = exitContext(trace, stateHandles(maps));
      const run = () => exit.run(context as never, tracedArguments(args, name) as never);
      location = runProcedure(run, what, whole);
    },
    { readOnly: ENDED },
  );
  return withLocation({ name, parameters, instructions: trace.instructions }, location);
}

const ENDED = {
  reason: "which runs on a state that does not change any more",
  instead: "Compute with `.get()`, and pay the result with `pay({ asset, amount })`.",
};

/** The asset of each payout of an exit, in their order: null where it is no constant. */
export function assetsOfExit({ instructions }: Pick<Procedure, "instructions">): (number | null)[] {
  return instructions.flatMap((instruction) => {
    if (instruction.op !== "send") return [];
    const asset = instructions[instruction.asset]!;
    return [asset.op === "constant" ? Number(asset.value) : null];
  });
}

/** The exits of a program as nodes and `frond interface --json` tell them: plain data, arguments flattened. */
export function declareExits({ exits }: Pick<Program, "exits">) {
  return exits.map((exit) => ({ name: exit.name, parameters: exit.parameters, assets: assetsOfExit(exit) }));
}

/** The sort and the name of an exit. */
export function titleOfExit(name: string): string {
  return `the exit \`${name}\``;
}

/**
 * Checks that every exit pays, at most as often as a proof can say, and uses its arguments: an account could use an
 * exit again and again with other values of an argument that changes nothing.
 * @throws {@link DefinitionError} at the first exit that does not
 */
export function requireExits({ exits }: Program): void {
  for (const exit of exits) {
    const title = titleOfExit(exit.name);
    const payouts = exit.instructions.filter(({ op }) => op === "send");
    if (payouts.length === 0) {
      throw wrongExit(exit, `${title} pays nothing.`, "Write `pay({ asset, amount })` in its `run`.");
    }
    if (payouts.length > EXIT_PAYOUTS) {
      throw wrongExit(
        payouts[EXIT_PAYOUTS]!,
        `${title} has ${payouts.length} payouts, and one exit has at most ${EXIT_PAYOUTS}.`,
        "Add up the amounts of one asset before `pay`, or declare several exits.",
      );
    }
    const used = new Set(exit.instructions.flatMap(operandsOf));
    exit.parameters.forEach(({ name }, index) => {
      const isUsed = exit.instructions.some(
        (instruction, id) => instruction.op === "parameter" && instruction.index === index && used.has(id),
      );
      if (isUsed) return;
      throw wrongExit(
        exit,
        `${title} does not use its argument \`${name}\`, so an account could leave with the same money once for ` +
          "each value of the argument.",
        `Remove \`${name}\`, or choose by \`${name}\` what is paid.`,
      );
    });
  }
}

function wrongExit({ location }: Pick<Procedure, "location">, problem: string, instead: string): DefinitionError {
  return new DefinitionError({ code: "language/definition", location, problem, instead });
}
