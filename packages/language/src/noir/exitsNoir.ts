import type { Program } from "../ir.ts";
import { globalsNoir, importsNoir, procedureNoir, shapeNoir } from "./applicationNoir.ts";
import { addIf, argumentRanges, type Choice, demand, dispatchNames, nameOf } from "./dispatch.ts";
import { at, call, difference, library, name, number, product, sum } from "./expressions.ts";
import { formatFunction } from "./format.ts";
import { type LoweredExits, loweredExitsOf } from "./lowerExits.ts";
import { declare, itemsOf, type NoirFunction, type Statement } from "./statements.ts";

/** What the module imports, for its types. */
const IMPORTED = [
  { module: "exit", name: "ExitContext" },
  { module: "procedure", name: "Call" },
  { module: "procedure", name: "Effects" },
];

/**
 * Generates readable Noir for the exits of an application: one function for each, and one that dispatches to them.
 */
export function exitsNoir(program: Program): string {
  const { bits, globals, exits } = loweredExitsOf(program);
  const functions = [
    dispatchNoir({ program, globals, exits }),
    ...exits.procedures.map((procedure) => procedureNoir(procedure, "Exit")),
  ];
  const items = itemsOf(functions.flatMap(({ body }) => body));
  const parts = [
    `//! The exits of "${program.name}". Generated from its TypeScript by \`exitCircuit\`: change that, not this.`,
    importsNoir(items, IMPORTED),
    [
      "/// V: the most values an entry has.",
      `pub global ENTRY_WIDTH: u32 = ${program.entryWidth};`,
      "/// A: the most arguments an exit has.",
      `pub global ARGUMENTS: u32 = ${program.exitArguments};`,
      "/// Width of the widest integer.",
      `pub global BITS: u32 = ${bits};`,
    ].join("\n"),
    ...globalsNoir(items),
    shapeNoir("Exit", exits.shape),
    ...functions.map(formatFunction),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** The function that runs the exit of a claim. */
function dispatchNoir({ program, globals, exits }: Pick<LoweredExits, "program" | "globals" | "exits">): NoirFunction {
  const names = dispatchNames(exits.procedures);
  const choices = exits.procedures.map((lowered) => ({ lowered, isMeant: name(names(`is_${lowered.name}`)) }));
  return {
    comment: "Runs the exit of the claim.",
    isPublic: true,
    name: "leave",
    parameters: [
      ["exit", "Field"],
      ["args", "[Field; ARGUMENTS]"],
      ["context", "ExitContext"],
      ["call", "ExitCall"],
    ],
    result: "ExitEffects",
    body: [
      ...choices.map(({ lowered, isMeant }, i) => {
        const isClaimed = call(library("equal"), name("exit"), globals.exit(i, lowered.procedure.name));
        return declare(nameOf(isMeant), isClaimed);
      }),
      demand(sum(...choices.map(({ isMeant }) => isMeant)), number(1), "exit: no such exit"),
      ...paddingIsZero(program.exitArguments, choices),
      ...argumentRanges(program.exitArguments, { choices, names }),
      declare("effects", call(name("ExitEffects::none")), true),
      ...choices.map((choice) => addIf(choice, name("call"))),
      { kind: "result", value: name("effects") },
    ],
  };
}

/** What stands behind an exit's own arguments is zero: otherwise an account could claim the same by many ids. */
function paddingIsZero(positions: number, choices: readonly Choice[]): Statement[] {
  return Array.from({ length: positions }, (_, position) => {
    const withArgument = choices.filter(({ lowered }) => lowered.parameters.length > position);
    const isPadding = difference(number(1), ...withArgument.map(({ isMeant }) => isMeant));
    return { isNeeded: withArgument.length < choices.length, other: product(isPadding, at(name("args"), position)) };
  })
    .filter(({ isNeeded }) => isNeeded)
    .map(({ other }) => demand(other, number(0), "exit: an argument too many"));
}
