import { describeInstruction } from "./describeInstruction.ts";
import { formatLocation } from "./errors.ts";
import type { Procedure, Program } from "./ir.ts";
import { type Outline, outlineOf, type ProcedureOutline } from "./outline.ts";

/** What changed in which part of an application; `place` is where the new one's source says so. */
type Change = { readonly part: string; readonly change: string; readonly place?: string };

/**
 * Says what a program changes of the program that has the outline `before`: entries of the state, methods, handlers,
 * arguments, constants and operations. One line each, with the place in the new source; no lines if the programs are
 * the same. A change that several procedures share, as one of the fee does, is one line.
 */
export function programChanges(before: Outline, program: Program): string[] {
  const after = outlineOf(program);
  const sources = [...program.methods, ...program.handlers, ...program.exits];
  const changes = [...feeChanges(before, after), ...dataChanges(before, after), ...stateChanges(before, after)];
  const order = (outline: Outline) => outline.procedures.map(({ title }) => title);
  changes.push(...nameChanges(order(before), order(after)));
  for (const [i, procedure] of after.procedures.entries()) {
    const known = before.procedures.find(({ title }) => title === procedure.title);
    if (known !== undefined) changes.push(...procedureChanges(known, procedure, sources[i]!));
  }
  return gather(changes);
}

function feeChanges(before: Outline, after: Outline): Change[] {
  if (before.hasFee === after.hasFee) return [];
  return [{ part: "`fee`", change: after.hasFee ? "is new" : "is gone" }];
}

function dataChanges(before: Outline, after: Outline): Change[] {
  if (before.data === after.data) return [];
  return [{ part: "`data`", change: `was "${before.data}" and is "${after.data}"` }];
}

function stateChanges(before: Outline, after: Outline): Change[] {
  const name = (entry: { readonly name: string }) => `the state \`${entry.name}\``;
  const changes = nameChanges(before.state.map(name), after.state.map(name));
  for (const entry of after.state) {
    const known = before.state.find((candidate) => candidate.name === entry.name);
    if (known === undefined || known.layout === entry.layout) continue;
    changes.push({ part: name(entry), change: `was ${known.layout} and is ${entry.layout}` });
  }
  return changes;
}

/** Names that are new or gone; if there are none of either, another order: a position is a number in the circuit. */
function nameChanges(before: readonly string[], after: readonly string[]): Change[] {
  const gone = before.filter((part) => !after.includes(part)).map((part) => ({ part, change: "is gone" }));
  const added = after.filter((part) => !before.includes(part)).map((part) => ({ part, change: "is new" }));
  if (gone.length + added.length > 0) return [...gone, ...added];
  const moved = after.find((part, i) => part !== before[i]);
  return moved === undefined ? [] : [{ part: moved, change: "stands at another position" }];
}

function procedureChanges(before: ProcedureOutline, after: ProcedureOutline, source: Procedure): Change[] {
  const { title: part } = after;
  if (before.parameters !== after.parameters) {
    const [was, is] = [before, after].map(({ parameters }) => parameters || "none");
    return [{ part, change: `has other arguments: was ${was}, is ${is}`, ...placeOf(source) }];
  }
  if (before.messages !== after.messages) {
    const change = `handles other messages: was ${before.messages}, is ${after.messages}`;
    return [{ part, change, ...placeOf(source) }];
  }
  const length = Math.max(before.steps.length, after.steps.length);
  for (let i = 0; i < length; i++) {
    const [was, is] = [before.steps[i], after.steps[i]];
    if (was === is) continue;
    const instruction = source.instructions[i];
    return [
      { part, change: stepChange(was, is), ...placeOf(instruction?.location === undefined ? source : instruction) },
    ];
  }
  return [];
}

/** Operations are told by their names: their operands are numbers of instructions, which say nothing to anybody. */
function stepChange(was: string | undefined, is: string | undefined): string {
  const [before, after] = [was, is].map((step) => step ?? describeInstruction(undefined)) as [string, string];
  const operation = (step: string) => /^`\w+`/.exec(step)?.[0];
  const [first, second] = [operation(before) ?? before, operation(after) ?? after];
  return first === second ? `${first} has other operands` : `${first} is now ${second}`;
}

function placeOf({ location }: Pick<Procedure, "location">): { place?: string } {
  return location === undefined ? {} : { place: formatLocation(location) };
}

/** One line for the parts in which the same has changed at the same place. */
function gather(changes: readonly Change[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { part, change, place } of changes) {
    const line = `${change}${place === undefined ? "" : ` (${place})`}`;
    lines.set(line, [...(lines.get(line) ?? []), part]);
  }
  return [...lines].map(([line, parts]) => `${parts.join(", ")}: ${line}`);
}
