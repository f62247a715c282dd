import { entryKey } from "@frond/protocol";
import type { Instruction, ValueId } from "../ir.ts";
import type { Draft } from "./draft.ts";
import { literal } from "./expressions.ts";
import { openAt, type SharedEntry } from "./sharedEntries.ts";

type Open = Extract<Instruction, { op: "open" }>;

/** Reads every shared entry, and compares those that may be one entry of the state. */
export function openEntries(draft: Draft): void {
  const { program, shared, names, lowering, entryNames, aliases, writtenMaps } = draft;
  for (const { index, map } of shared.opened) {
    const variable = names(program.maps[map]!.name);
    entryNames.set(index, variable);
    lowering.emit(`let ${writtenMaps.has(map) ? "mut " : ""}${variable} = call.entries[${index}];`);
  }
  for (const [a, b] of mayBeSame(draft)) {
    const isSame = names(`same_${a.index}_${b.index}`);
    aliases.push({ indices: [a.index, b.index], isSame });
    lowering.emit(`let ${isSame} = equal(call.places[${a.index}], call.places[${b.index}]);`);
  }
}

/** Emits the changes of the written fields. */
export function closeEntries({ procedure, shared, lowering, entryNames }: Draft): void {
  for (const { index, map } of shared.opened) {
    const fields = procedure.instructions.flatMap((instruction) =>
      instruction.op === "write" && openAt(procedure, instruction.handle).map === map ? [instruction.field] : [],
    );
    for (const field of [...new Set(fields)].sort((a, b) => a - b)) {
      lowering.emit(
        `effects.changes[${index}][${field}] = ${entryNames.get(index)}[${field}] - call.entries[${index}][${field}];`,
      );
    }
  }
}

export function lowerOpen(draft: Draft, instruction: Open, id: ValueId): void {
  const use = draft.shared.opened.find((candidate) => candidate.instruction === id);
  if (use === undefined) return;
  const { index, map, isSender, constantKeys } = use;
  const { guard, keys } = instruction;
  const constantKey = constantKeys === undefined ? undefined : entryKey(map, constantKeys);
  if (!isSender)
    draft.lowering.emit(`effects.opened[${index}] = ${openedOf(draft, instruction, { use, constantKey })};`);
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
    run.keys[index] = key;
    run.entries[index] = run.entryAt(key, map);
  });
}

function openedOf(
  { lowering, canFail }: Draft,
  { guard, keys }: Open,
  { use, constantKey }: { readonly use: SharedEntry; readonly constantKey: bigint | undefined },
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
  const index = draft.shared.indexOf.get(handle)!;
  const { map } = openAt(draft.procedure, handle);
  draft.lowering.define(id, {
    wish: draft.program.maps[map]!.fields[field]?.name ?? "value",
    expression: `${draft.entryNames.get(index)}[${field}]`,
    evaluate: (run) => run.entries[index]![field]!,
  });
}

/** Every handle that names the same entry sees the write. */
export function lowerWrite(draft: Draft, instruction: Extract<Instruction, { op: "write" }>): void {
  const { handle, field, value, guard } = instruction;
  const { lowering, entryNames, aliases } = draft;
  const index = draft.shared.indexOf.get(handle)!;
  const target = `${entryNames.get(index)}[${field}]`;
  const next = lowering.expression(value);
  const change = guard === undefined ? `= ${next}` : `+= ${lowering.expression(guard)} * (${next} - ${target})`;
  lowering.emit(`${target} ${change};`);
  for (const { indices, isSame } of aliases) {
    if (!indices.includes(index)) continue;
    const [a, b] = indices;
    const other = `${entryNames.get(a === index ? b : a)}[${field}]`;
    lowering.emit(`${other} += ${isSame} * (${target} - ${other});`);
  }
  lowering.step((run) => {
    if (guard === undefined || run.values[guard] === 1n) run.entries[index]![field] = run.values[value]!;
  });
}

/** The pairs of shared entries that may be the same entry of the state, in maps that the procedure writes. */
function mayBeSame({ shared, writtenMaps }: Draft): (readonly [SharedEntry, SharedEntry])[] {
  return shared.opened.flatMap((a, i) =>
    shared.opened.slice(i + 1).flatMap((b) => (a.map === b.map && writtenMaps.has(a.map) ? [[a, b] as const] : [])),
  );
}
