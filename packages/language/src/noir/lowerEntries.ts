import { entryKey } from "@frond/protocol";
import { fieldNameAt } from "../fieldNameAt.ts";
import type { Instruction, Procedure, ValueId } from "../ir.ts";
import { fieldToNumber } from "../scalarNumbers.ts";
import type { Draft } from "./draft.ts";
import { array, at, call, difference, type Expression, library, member, name, number, product } from "./expressions.ts";
import { CALL, EFFECTS, FAILURES, isZero } from "./lowering.ts";
import { openAt, type SharedEntry } from "./sharedEntries.ts";
import { assign } from "./statements.ts";
import { wishOf } from "./wishes.ts";

type Open = Extract<Instruction, { op: "open" }>;

/** Reads every shared entry, and compares those that may be one entry of the state. */
export function openEntries(draft: Draft): void {
  const { shared, lowering, entries, aliases, written } = draft;
  for (const entry of shared.opened) {
    const isChanged = written.has(entry.map) || changedByFee(draft, entry).length > 0;
    entries.set(entry.index, lowering.variable(entryWish(draft, entry), entryOf(entry.index), isChanged));
  }
  for (const [a, b] of mayBeSame(draft)) {
    const places = [a, b].map(({ index }) => at(member(CALL, "places"), index));
    const wish = [a, b].map(({ index }) => nameOf(entries.get(index)!)).join("_is_");
    const isSame = lowering.variable(wish, call(library("equal"), ...places));
    aliases.push({ indices: [a.index, b.index], isSame });
  }
  for (const entry of shared.opened) followFee(draft, entry);
}

/** What the fee wrote to an entry that may be this one is visible here. */
function followFee(draft: Draft, entry: SharedEntry): void {
  const { entries, aliases, lowering } = draft;
  const fields = changedByFee(draft, entry);
  if (fields.length === 0) return;
  lowering.emit({ kind: "comment", text: `The fee may have changed ${nameOf(entries.get(entry.index)!)}.` });
  for (const { indices, isSame } of aliases) {
    const other = draft.fee?.shared.opened.find(({ index }) => index !== entry.index && indices.includes(index));
    if (other === undefined || !indices.includes(entry.index)) continue;
    for (const field of fields) {
      const position = lowering.globals.position(entry.map, field);
      const [target, source] = [entry, other].map(({ index }) => at(entries.get(index)!, position)) as Pair;
      lowering.emit(assign(target, call(library("select"), isSame, source, target)));
    }
  }
}

type Pair = [Expression, Expression];

/** Emits the changes of the written fields. */
export function closeEntries(draft: Draft): void {
  const { shared, lowering, entries, written } = draft;
  if (written.size > 0) lowering.emit({ kind: "comment", text: "The changes of the entries." });
  for (const entry of shared.opened) {
    const { index, map } = entry;
    const fields = new Set([...(written.get(map) ?? []), ...changedByFee(draft, entry)]);
    for (const field of [...fields].sort((a, b) => a - b)) {
      const position = lowering.globals.position(map, field);
      const change = difference(at(entries.get(index)!, position), at(entryOf(index), position));
      lowering.emit(assign(at(member(EFFECTS, "changes"), index, position), change));
    }
  }
}

/** The positions of an entry that change because the fee wrote to an entry of the same map, which may be the same. */
function changedByFee({ fee, shared }: Draft, { index, map }: SharedEntry): readonly number[] {
  if (fee === undefined || fee.shared.opened.some((other) => other.index === index)) return [];
  return shared.opened.some((other) => other.map === map) ? (fee.written.get(map) ?? []) : [];
}

export function lowerOpen(draft: Draft, instruction: Open, id: ValueId): void {
  const use = draft.shared.opened.find((candidate) => candidate.instruction === id);
  if (use === undefined) return;
  const { index, map, isSender, constantKeys } = use;
  const { guard, keys } = instruction;
  const constantKey = constantKeys === undefined ? undefined : entryKey(map, constantKeys);
  if (!isSender) draft.lowering.emit(assign(at(member(EFFECTS, "opened"), index), openedOf(draft, instruction, use)));
  draft.lowering.step((run) => {
    const isReached = guard === undefined || run.values[guard] === 1n;
    const isOpen = isSender || (isReached && !(draft.canFail && run.failures.length > 0));
    const keyOf = () =>
      constantKey ??
      entryKey(
        map,
        keys.map((part) => draft.lowering.fieldAt(run, part)),
      );
    const key = isOpen ? keyOf() : 0n;
    run.keys[index] = key;
    run.entries[index] = run.entryAt(key, map);
  });
}

function openedOf({ lowering, canFail }: Draft, { guard, keys }: Open, use: SharedEntry): Expression {
  const { globals } = lowering;
  const isOpen = product(
    guard === undefined ? number(1) : lowering.expression(guard),
    canFail && lowering.hasCheck() ? isZero(FAILURES) : number(1),
  );
  if (use.constantKeys !== undefined)
    return call(library("Opened", "::cell"), isOpen, globals.entryKey(use.map, use.constantKeys));
  if (use.isFeeAccount)
    return call(library("Opened", "::cell"), isOpen, member(name("context"), "block", "fee_account"));
  const parts = array(keys.map((key) => lowering.encoded(key)));
  return call(library("Opened", "::entry"), isOpen, globals.map(use.map), parts);
}

export function lowerRead(draft: Draft, instruction: Extract<Instruction, { op: "read" }>, id: ValueId): void {
  const { handle, field } = instruction;
  const index = draft.shared.indexOf.get(handle)!;
  const { map } = openAt(draft.procedure, handle);
  draft.lowering.define(id, {
    wish: fieldNameAt(draft.program, map, field) ?? "value",
    expression: at(draft.entries.get(index)!, draft.globals.position(map, field)),
    evaluate: (run) => fieldToNumber(instruction.type, run.entries[index]![field]!),
    isEncoded: instruction.type.kind === "signed",
  });
}

/** Every handle that names the same entry sees the write. */
export function lowerWrite(draft: Draft, instruction: Extract<Instruction, { op: "write" }>): void {
  const { handle, field, value, guard } = instruction;
  const { lowering, entries, aliases } = draft;
  const index = draft.shared.indexOf.get(handle)!;
  const position = draft.globals.position(openAt(draft.procedure, handle).map, field);
  const target = at(entries.get(index)!, position);
  const next = lowering.encoded(value);
  lowering.emit(
    assign(target, guard === undefined ? next : call(library("select"), lowering.expression(guard), next, target)),
  );
  for (const { indices, isSame } of aliases) {
    if (!indices.includes(index)) continue;
    const [a, b] = indices;
    const other = at(entries.get(a === index ? b : a)!, position);
    lowering.emit(assign(other, call(library("select"), isSame, target, other)));
  }
  lowering.step((run) => {
    if (guard === undefined || run.values[guard] === 1n) run.entries[index]![field] = lowering.fieldAt(run, value);
  });
}

/** The positions that instructions from `start` on write, by map. */
export function writtenPositions(procedure: Procedure, start: number): Map<number, number[]> {
  const written = new Map<number, number[]>();
  for (const instruction of procedure.instructions.slice(start)) {
    if (instruction.op !== "write") continue;
    const { map } = openAt(procedure, instruction.handle);
    const fields = written.get(map) ?? [];
    written.set(map, fields.includes(instruction.field) ? fields : [...fields, instruction.field]);
  }
  return written;
}

/** The pairs of shared entries that may be the same entry of the state, if one of them changes. */
function mayBeSame(draft: Draft): (readonly [SharedEntry, SharedEntry])[] {
  const { opened } = draft.shared;
  const isOfFee = ({ index }: SharedEntry) => draft.fee?.shared.opened.some((one) => one.index === index) === true;
  return opened.flatMap((a, i) =>
    opened.slice(i + 1).flatMap((b) => {
      const isWritten = draft.written.has(a.map);
      const isFollowed = isOfFee(a) !== isOfFee(b) && draft.fee?.written.has(a.map) === true;
      return a.map === b.map && (isWritten || isFollowed) ? [[a, b] as const] : [];
    }),
  );
}

/** The values of an entry as the procedure finds them. */
function entryOf(index: number): Expression {
  return at(member(CALL, "entries"), index);
}

/** The name that the source gives the entry, or else what it is. */
function entryWish({ program, procedure, shared }: Draft, { index, map, isSender, isFeeAccount }: SharedEntry): string {
  for (const [id, shares] of shared.indexOf) {
    const wish = shares === index ? wishOf(procedure.instructions[id]!) : undefined;
    if (wish !== undefined) return wish;
  }
  const { name, keys } = program.maps[map]!;
  const what = keys.length === 0 ? name : `${name}Entry`;
  return isSender ? "senderAccount" : isFeeAccount ? "feeAccount" : what;
}

function nameOf(variable: Expression): string {
  if (variable.kind !== "name") throw new Error("an entry is no variable");
  return variable.name;
}
