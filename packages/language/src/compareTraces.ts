import { describeInstruction, textOf } from "./describeInstruction.ts";
import { DefinitionError, formatLocation } from "./errors.ts";
import type { Procedure, Program, View } from "./ir.ts";

/**
 * Compares two traces of one application, which must be equal: otherwise the network could not be started again, and
 * nobody could check what it proves.
 * @throws {@link DefinitionError} at the first difference; the error names both instructions
 */
export function requireSameProgram(first: Program, second: Program): void {
  for (const part of ["name", "maps", "hasFee", "events"] as const) {
    if (textOf(first[part]) === textOf(second[part])) continue;
    throw differs(`\`${part === "maps" ? "state" : part}\` is another one the second time.`, undefined);
  }
  requireSameProcedures(first.methods, second.methods, "method");
  requireSameProcedures(first.handlers, second.handlers, "handler");
  requireSameProcedures(first.exits, second.exits, "exit");
  requireSameProcedures(first.views, second.views, "view");
}

/**
 * Compares the fee in front of each method: the circuit takes the fee in one place for all methods.
 * @throws {@link DefinitionError} at the first difference
 */
export function requireSameFee(methods: readonly Procedure[]): void {
  const [first, ...others] = methods.map((method) => ({
    ...method,
    instructions: method.instructions.slice(0, method.feeSection?.instructions ?? 0),
  }));
  for (const other of others) {
    const what = `the fee of the method \`${first!.name}\``;
    requireSameInstructions(first!, other, { what, when: `in \`${other.name}\`` });
  }
}

function requireSameProcedures(first: readonly Procedure[], second: readonly Procedure[], what: string): void {
  const [before, after] = [first, second].map((all) => all.map(({ name }) => name).join(", "));
  if (before !== after) throw differs(`It has the ${what}s ${before}; the second time ${after}.`, undefined);
  first.forEach((procedure, i) => {
    requireSameProcedure(procedure, second[i]!, `the ${what} \`${procedure.name}\``);
  });
}

function requireSameProcedure(first: Procedure, second: Procedure, what: string): void {
  if (textOf(first.parameters) !== textOf(second.parameters)) {
    throw differs(`The arguments of ${what} are others the second time.`, first.location);
  }
  requireSameInstructions(first, second, { what, when: "the second time" });
  for (const part of ["emits", "returned"] as const) {
    const [before, after] = [first, second].map((procedure: Partial<View>) => textOf(procedure[part] ?? []));
    if (before === after) continue;
    const changed = part === "emits" ? `What ${what} emits` : `What ${what} returns`;
    throw differs(`${changed} is something else the second time.`, first.location);
  }
}

function requireSameInstructions(
  first: Procedure,
  second: Procedure,
  { what, when }: { readonly what: string; readonly when: string },
): void {
  const length = Math.max(first.instructions.length, second.instructions.length);
  for (let i = 0; i < length; i++) {
    const [before, after] = [first.instructions[i], second.instructions[i]];
    if (describeInstruction(before) === describeInstruction(after)) continue;
    const place = (before ?? after)?.location;
    const elsewhere =
      after?.location !== undefined && formatLocation(after.location) !== formatLocation(place)
        ? ` at ${formatLocation(after.location)}`
        : "";
    throw differs(
      `In ${what}, ${describeInstruction(before)} is ${when} ${describeInstruction(after)}${elsewhere}.`,
      place,
    );
  }
}

function differs(problem: string, location: DefinitionError["location"]): DefinitionError {
  return new DefinitionError({
    code: "language/nondeterministic",
    location,
    problem: `The application is not the same when it is traced twice. ${problem}`,
    instead:
      "Keep nothing in variables of a module from one method to the next, and use no clock, no chance, no files and " +
      "no environment: constants, arguments and the state.",
  });
}
