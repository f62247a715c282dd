import type { Procedure, ValueId } from "../ir.ts";
import { createEntryNames } from "./entryNames.ts";

/** What a procedure opens and sends in one body: the whole procedure, or the body of a `when` or of an `otherwise`. */
export type Branch = {
  /** The names of the entries, without those of the bodies inside. */
  readonly entries: Set<string>;
  messages: number;
  /** The bodies inside, by condition: what happens if it holds, and what if not. */
  readonly conditions: Map<ValueId, readonly [Branch, Branch]>;
};

/** The bodies of a procedure as a tree. A method always opens the account of its sender. */
export function branchesOf(procedure: Procedure, { isMethod }: { readonly isMethod: boolean }): Branch {
  const { instructions } = procedure;
  const nameOf = createEntryNames(procedure);
  const root = newBranch();
  if (isMethod) root.entries.add(SENDER);
  const guards = new Set(instructions.flatMap(({ guard }) => guard ?? []));
  /** A guard, or the opposite of one: nothing may be under that alone, if an `elseWhen` has no `otherwise`. */
  const isGuard = (id: ValueId): boolean => {
    const instruction = instructions[id]!;
    return (
      guards.has(id) ||
      (instruction.op === "not" && guards.has(instruction.a)) ||
      (instruction.op === "and" && isGuard(instruction.a))
    );
  };
  const branchAt = (guard: ValueId | undefined): Branch => {
    if (guard === undefined) return root;
    const instruction = instructions[guard]!;
    const isNested = instruction.op === "and" && isGuard(instruction.a);
    const [outer, own] = isNested ? [branchAt(instruction.a), instruction.b] : [root, guard];
    const inner = instructions[own]!;
    const [condition, side] = inner.op === "not" ? ([inner.a, 1] as const) : ([own, 0] as const);
    const sides = outer.conditions.get(condition) ?? ([newBranch(), newBranch()] as const);
    outer.conditions.set(condition, sides);
    return sides[side];
  };
  for (const instruction of instructions) {
    const { op, guard } = instruction;
    if (op === "send") branchAt(guard).messages++;
    if (op !== "open") continue;
    const [key] = instruction.keys;
    const account = key === undefined ? undefined : instructions[key];
    const isSender = isMethod && instruction.map === 0 && account?.op === "context" && account.name === "sender";
    branchAt(guard).entries.add(isSender ? SENDER : nameOf(instruction));
  }
  return root;
}

/** The name of the sender's account. Its map is map 0, as the first part of the name says. */
const SENDER = "0,sender";

function newBranch(): Branch {
  return { entries: new Set(), messages: 0, conditions: new Map() };
}

/** The entries that are opened whichever conditions hold. */
export function alwaysOpened(branch: Branch): Set<string> {
  const both = [...branch.conditions.values()].flatMap(([held, failed]) => {
    const other = alwaysOpened(failed);
    return [...alwaysOpened(held)].filter((entry) => other.has(entry));
  });
  return new Set([...branch.entries, ...both]);
}

/** The entries that are opened if the right conditions hold. */
export function everOpened(branch: Branch): Set<string> {
  const inside = [...branch.conditions.values()].flat().flatMap((side) => [...everOpened(side)]);
  return new Set([...branch.entries, ...inside]);
}

/**
 * The least number of entries that are opened, without those in `counted`. An entry that several bodies open counts for
 * the first of them alone, so the number is never too large.
 */
export function leastOpened(branch: Branch, counted: ReadonlySet<string> = new Set()): number {
  const own = alwaysOpened(branch);
  let known: ReadonlySet<string> = new Set([...counted, ...own]);
  let least = [...own].filter((entry) => !counted.has(entry)).length;
  for (const sides of branch.conditions.values()) {
    const before = known;
    least += Math.min(...sides.map((side) => leastOpened(side, before)));
    known = new Set([...known, ...sides.flatMap((side) => [...everOpened(side)])]);
  }
  return least;
}

/** The greatest number of entries that are opened, without those in `counted`. */
export function mostOpened(branch: Branch, counted: ReadonlySet<string> = new Set()): number {
  const known = new Set([...counted, ...branch.entries]);
  const own = [...branch.entries].filter((entry) => !counted.has(entry)).length;
  const inside = [...branch.conditions.values()].map((sides) =>
    Math.max(...sides.map((side) => mostOpened(side, known))),
  );
  return own + inside.reduce((sum, most) => sum + most, 0);
}

/** The number of messages that are sent; `choose` says which of two bodies counts. */
export function messagesOf(branch: Branch, choose: (...messages: number[]) => number): number {
  const inside = [...branch.conditions.values()].map((sides) =>
    choose(...sides.map((side) => messagesOf(side, choose))),
  );
  return branch.messages + inside.reduce((sum, messages) => sum + messages, 0);
}
