import { markTraced } from "./branches/registry.ts";
import { entryLayout, ownValues } from "./entryLayout.ts";
import { DefinitionError } from "./errors.ts";
import type { ValueId } from "./ir.ts";
import { noteEntry } from "./labels.ts";
import { callerLocation } from "./location.ts";
import { markTree } from "./markTree.ts";
import { refuseUnknownNames, unknownName } from "./names.ts";
import { exactly } from "./operands.ts";
import { flattenInput } from "./operations.ts";
import { keyType, type Maps } from "./state.ts";
import { currentTrace, emit, requireUsable, type Scope, type Trace } from "./trace.ts";
import { buildTree, flattenType, partsOf, type Tree, type Type } from "./types.ts";
import { perform, type ScalarValue, scalarValue } from "./values.ts";

const SEVERAL_KEYS = "Give several keys as one object: `.at({ owner, id })`.";

/** The handles of all maps for the procedure that is being traced. */
export function stateHandles(declarations: Maps): Record<string, unknown> {
  const handles: Record<string, unknown> = {};
  const { positions } = entryLayout(declarations);
  declarations.forEach(([name, declaration], id) => {
    const place = { offset: ownValues(declaration), positions: positions[id]! };
    function at(key: unknown) {
      const ids = declaration.keys === undefined ? [] : flattenInput(keyType(declaration.keys), key, "the key");
      const opened = open(id, ids);
      const entry = slot({ ...opened, ...place, type: declaration.value, name });
      return noteEntry(entry, { trace: opened.trace, id: opened.handle });
    }
    if (declaration.keys === undefined) {
      Object.defineProperty(handles, name, { enumerable: true, get: () => at(undefined) });
    } else {
      const members = { at: exactly("at", at, SEVERAL_KEYS) };
      handles[name] = markTraced(refuseUnknownNames(members, `the map \`${name}\``), "map");
    }
  });
  return refuseUnknownNames(handles, "the state");
}

/** Opens an entry. The same key values share one `open` instruction within a scope and the scopes inside it. */
function open(map: number, keys: readonly ValueId[]): { trace: Trace; scope: Scope; handle: ValueId } {
  const trace = currentTrace();
  const name = `${map}:${keys.join(",")}`;
  for (let scope: Scope | undefined = trace.scope; scope !== undefined; scope = scope.parent) {
    const handle = scope.opened.get(name);
    if (handle !== undefined) return { trace, scope, handle };
  }
  const handle = emit(trace, { op: "open", map, keys });
  trace.scope.opened.set(name, handle);
  return { trace, scope: trace.scope, handle };
}

/** An entry of the state, or a part of one: the declared values from `offset` on. */
type EntryPart = {
  readonly trace: Trace;
  readonly scope: Scope;
  readonly handle: ValueId;
  readonly type: Type;
  readonly offset: number;
  /** Of the declared values in the entry. */
  readonly positions: readonly number[];
  readonly name: string;
};

function slot(entryPart: EntryPart): object {
  const { type, offset, positions, handle, name } = entryPart;
  function get(): Tree<ScalarValue> {
    requireUsable(entryPart, "entry");
    let next = offset;
    const tree = buildTree<ScalarValue>(type, (scalar) =>
      scalarValue(scalar, perform({ op: "read", type: scalar, handle, field: positions[next++]! })),
    );
    return markTree(tree, `\`${name}\``);
  }
  function set(value: unknown): void {
    requireUsable(entryPart, "entry");
    requireWritable(entryPart);
    flattenInput(type, value, name).forEach((id, i) => {
      emit(currentTrace(), { op: "write", handle, field: positions[offset + i]!, value: id });
    });
  }
  const members: Record<string, unknown> = { get: exactly("get", get), set: exactly("set", set) };
  let partOffset = offset;
  for (const [part, partType] of partsOf(type)) {
    const member = { ...entryPart, type: partType, offset: partOffset, name: `${name}.${part}` };
    Object.defineProperty(members, part, { enumerable: true, get: () => slot(member) });
    partOffset += flattenType(partType, "").length;
  }
  members.update = exactly("update", (change: (value: unknown) => unknown): void => {
    const changed = change(get());
    if (type.kind === "struct") writeParts(members, changed, name);
    else set(changed);
  });
  return markTraced(refuseUnknownNames(members, `\`${name}\``), "entry");
}

function requireWritable({ trace, name }: EntryPart): void {
  if (!trace.isReadOnly) return;
  throw new DefinitionError({
    code: "language/definition",
    location: callerLocation(),
    problem: `\`${name}\` is written in ${trace.procedure}, which runs on a state that does not change any more.`,
    instead: "Compute with `.get()`, and pay the result with `pay({ asset, amount })`.",
  });
}

/** Writes the parts that `update` returned. All parts are computed before the first write. */
function writeParts(members: Readonly<Record<string, unknown>>, changed: unknown, name: string): void {
  if (typeof changed !== "object" || changed === null) {
    throw new DefinitionError({
      code: "language/type",
      location: callerLocation(),
      problem: `\`update\` of \`${name}\` is given a function that returns no fields.`,
      instead: `Return the fields to change: \`update((value) => ({ field: value.field.add(1) }))\`.`,
    });
  }
  const parts = Object.keys(members).filter((part) => !["get", "set", "update"].includes(part));
  for (const [part, value] of Object.entries(changed)) {
    if (!parts.includes(part)) throw unknownName(part, parts, `\`${name}\``);
    (members[part] as { set(value: unknown): void }).set(value);
  }
}
