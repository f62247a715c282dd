import { entryKey } from "@frond/protocol";
import type { Instruction, ValueId } from "../ir.ts";
import type { Draft } from "./draft.ts";
import { literal } from "./expressions.ts";
import type { SlotUse } from "./slots.ts";

type Open = Extract<Instruction, { op: "open" }>;

/** Reads the entry of every slot. `same_..` tells whether two slots hold the same entry, where that matters. */
export function openEntries(draft: Draft): void {
  const { program, slots, names, lowering, entryNames, writtenMaps } = draft;
  for (const { slot, map } of slots.opened) {
    const variable = names(program.maps[map]!.name);
    entryNames.set(slot, variable);
    lowering.emit(`let ${writtenMaps.has(map) ? "mut " : ""}${variable} = call.entries[${slot}];`);
  }
  for (const [a, b] of aliasesOf(draft)) {
    lowering.emit(`let ${sameName(a.slot, b.slot)} = equal(call.places[${a.slot}], call.places[${b.slot}]);`);
  }
}

/** Hands on the changes of the written fields. */
export function closeEntries({ procedure, slots, lowering, entryNames }: Draft): void {
  for (const { slot, map } of slots.opened) {
    const fields = procedure.instructions.flatMap((instruction) =>
      instruction.op === "write" && openOf(procedure, instruction.handle).map === map ? [instruction.field] : [],
    );
    for (const field of [...new Set(fields)].sort((a, b) => a - b)) {
      lowering.emit(
        `effects.changes[${slot}][${field}] = ${entryNames.get(slot)}[${field}] - call.entries[${slot}][${field}];`,
      );
    }
  }
}

export function lowerOpen(draft: Draft, instruction: Open, id: ValueId): void {
  const use = draft.slots.opened.find((candidate) => candidate.instruction === id);
  if (use === undefined) return;
  const { slot, map, isSender, constantKeys } = use;
  const { guard, keys } = instruction;
  const constantKey = constantKeys === undefined ? undefined : entryKey(map, constantKeys);
  if (!isSender)
    draft.lowering.emit(`effects.opened[${slot}] = ${openedOf(draft, instruction, { use, constantKey })};`);
  draft.lowering.step((run) => {
    const isReached = guard === undefined || run.values[guard] === 1n;
    const isOpen = isSender || (isReached && !(draft.canFail && run.failures.length > 0));
    const keyOf = () =>
      constantKey ??
      entryKey(
        map,
        keys.map((part) => run.values[part]!),
      );
    const key = isOpen ? keyOf() : 0n;
    run.keys[slot] = key;
    run.entries[slot] = run.entryAt(key, map);
  });
}

function openedOf(
  { lowering, canFail }: Draft,
  { guard, keys }: Open,
  { use, constantKey }: { readonly use: SlotUse; readonly constantKey: bigint | undefined },
): string {
  const hasFailed = canFail && lowering.body.some((line) => line.startsWith("effects.failures"));
  const conditions = [
    ...(guard === undefined ? [] : [lowering.expression(guard)]),
    ...(hasFailed ? ["equal(effects.failures, 0)"] : []),
  ];
  const condition = conditions.length === 0 ? "1" : conditions.join(" * ");
  if (constantKey !== undefined) return `Opened::cell(${condition}, ${literal(constantKey)})`;
  if (use.isFeeAccount) return `Opened::cell(${condition}, context.block.fee_account)`;
  return `Opened::entry(${condition}, ${use.map}, [${keys.map((key) => lowering.expression(key)).join(", ")}])`;
}

export function lowerRead(draft: Draft, instruction: Extract<Instruction, { op: "read" }>, id: ValueId): void {
  const { handle, field } = instruction;
  const slot = draft.slots.slotOf.get(handle)!;
  const { map } = openOf(draft.procedure, handle);
  draft.lowering.define(id, {
    wish: draft.program.maps[map]!.fields[field]?.name ?? "value",
    expression: `${draft.entryNames.get(slot)}[${field}]`,
    evaluate: (run) => run.entries[slot]![field]!,
  });
}

/** Every handle that names the same entry sees the write. */
export function lowerWrite(draft: Draft, instruction: Extract<Instruction, { op: "write" }>): void {
  const { handle, field, value, guard } = instruction;
  const { lowering, entryNames } = draft;
  const slot = draft.slots.slotOf.get(handle)!;
  const target = `${entryNames.get(slot)}[${field}]`;
  const next = lowering.expression(value);
  const change = guard === undefined ? `= ${next}` : `+= ${lowering.expression(guard)} * (${next} - ${target})`;
  lowering.emit(`${target} ${change};`);
  for (const [a, b] of aliasesOf(draft)) {
    if (a.slot !== slot && b.slot !== slot) continue;
    const other = `${entryNames.get(a.slot === slot ? b.slot : a.slot)}[${field}]`;
    lowering.emit(`${other} += ${sameName(a.slot, b.slot)} * (${target} - ${other});`);
  }
  lowering.step((run) => {
    if (guard === undefined || run.values[guard] === 1n) run.entries[slot]![field] = run.values[value]!;
  });
}

/** The pairs of slots that may hold the same entry, in maps that the procedure writes. */
function aliasesOf({ slots, writtenMaps }: Draft): (readonly [SlotUse, SlotUse])[] {
  return slots.opened.flatMap((a, i) =>
    slots.opened.slice(i + 1).flatMap((b) => (a.map === b.map && writtenMaps.has(a.map) ? [[a, b] as const] : [])),
  );
}

function sameName(a: number, b: number): string {
  return a < b ? `same_${a}_${b}` : `same_${b}_${a}`;
}

/** The `open` instruction behind a handle. */
export function openOf({ name, instructions }: Draft["procedure"], handle: ValueId) {
  const instruction = instructions[handle]!;
  if (instruction.op !== "open") throw new Error(`value ${handle} of ${name} is not a handle`);
  return instruction;
}
