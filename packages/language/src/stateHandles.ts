import { markTraced } from "./branches/registry.ts";
import { elementAt, positionsOf, requirePosition } from "./elements.ts";
import { entryLayout, ownValues } from "./entryLayout.ts";
import { DefinitionError } from "./errors.ts";
import type { ScalarType, ValueId } from "./ir.ts";
import { noteEntry } from "./labels.ts";
import { callerLocation } from "./location.ts";
import { markTree } from "./markTree.ts";
import { refuseUnknownNames, unknownName } from "./names.ts";
import { exactly } from "./operands.ts";
import { flattenInput } from "./operations.ts";
import { keyType, type Maps } from "./state.ts";
import { currentTrace, emit, requireUsable, type Scope, type Trace } from "./trace.ts";
import { isTracedValue, perform } from "./tracedValue.ts";
import { type ArrayType, buildTree, flattenType, partsOf, type Tree, type Type } from "./types.ts";
import { type ScalarValue, scalarValue } from "./values.ts";

const SEVERAL_KEYS = "Give several keys as one object: `.at({ owner, id })`.";

/** The handles of all maps for the procedure that is being traced. */
export function stateHandles(declarations: Maps): Record<string, unknown> {
  const handles: Record<string, unknown> = {};
  const { positions } = entryLayout(declarations);
  declarations.forEach(([name, declaration], id) => {
    const place = { places: [{ offset: ownValues(declaration) }], positions: positions[id]! };
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

/** An entry of the state, or a part of one. */
type EntryPart = {
  readonly trace: Trace;
  readonly scope: Scope;
  readonly handle: ValueId;
  readonly type: Type;
  /**
   * The declared values that it may be, from `offset` on; and of each, unless there is one alone, the bool that says
   * whether it is that one.
   */
  readonly places: readonly { readonly offset: number; readonly isMeant?: ValueId }[];
  /** Of the declared values in the entry. */
  readonly positions: readonly number[];
  readonly name: string;
};

function slot(entryPart: EntryPart): object {
  const { type, places, positions, handle, name } = entryPart;
  const readAt = (scalar: ScalarType, place: number) =>
    perform({ op: "read", type: scalar, handle, field: positions[place]! });
  function get(): Tree<ScalarValue> {
    requireUsable(entryPart, "entry");
    const values = places.map(({ offset }) => {
      let next = offset;
      return buildTree<ScalarValue>(type, (scalar) => scalarValue(scalar, readAt(scalar, next++)));
    });
    const meant = places.map(({ isMeant }) => isMeant!);
    return markTree(elementAt(values, meant), `\`${name}\``);
  }
  function set(value: unknown): void {
    requireUsable(entryPart, "entry");
    requireWritable(entryPart);
    const types = flattenType(type, "").map((part) => part.type);
    const ids = flattenInput(type, value, name);
    for (const { offset, isMeant } of places) {
      for (const [i, id] of ids.entries()) {
        const scalar = types[i]!;
        const kept = isMeant === undefined ? undefined : readAt(scalar, offset + i);
        const next =
          kept === undefined ? id : perform({ op: "select", type: scalar, condition: isMeant!, a: id, b: kept });
        emit(currentTrace(), { op: "write", handle, field: positions[offset + i]!, value: next });
      }
    }
  }
  const members: Record<string, unknown> = { get: exactly("get", get), set: exactly("set", set) };
  let partOffset = 0;
  for (const [part, partType] of partsOf(type)) {
    const member = { ...entryPart, type: partType, places: moved(places, partOffset), name: `${name}.${part}` };
    Object.defineProperty(members, part, { enumerable: true, get: () => slot(member) });
    partOffset += flattenType(partType, "").length;
  }
  if (type.kind === "array") members.at = exactly("at", (index: unknown) => slot(elementPart(entryPart, type, index)));
  members.update = exactly("update", (change: (value: unknown) => unknown): void => {
    const changed = change(get());
    if (type.kind === "struct") writeParts(members, changed, name);
    else set(changed);
  });
  return markTraced(refuseUnknownNames(members, `\`${name}\``), "entry");
}

function moved(places: EntryPart["places"], by: number): EntryPart["places"] {
  return places.map(({ offset, ...place }) => ({ offset: offset + by, ...place }));
}

/** The element of an array at an index, which may be known only when the method runs. */
function elementPart(part: EntryPart, { element, length }: ArrayType, index: unknown): EntryPart {
  const size = flattenType(element, "").length;
  if (isTracedValue(index)) {
    requireUsable(part, "entry");
    const isIndex = positionsOf(index, length);
    const places = part.places.flatMap(({ offset, isMeant }) =>
      isIndex.map((id, i) => ({
        offset: offset + i * size,
        isMeant: isMeant === undefined ? id : perform({ op: "and", a: isMeant, b: id }),
      })),
    );
    return { ...part, scope: currentTrace().scope, type: element, places, name: `${part.name}.at(index)` };
  }
  const position = requirePosition(index, { length });
  return { ...part, type: element, places: moved(part.places, position * size), name: `${part.name}.${position}` };
}

function requireWritable({ trace, name }: EntryPart): void {
  const { readOnly, procedure } = trace;
  if (readOnly === undefined) return;
  throw new DefinitionError({
    code: "language/definition",
    location: callerLocation(),
    problem: `\`${name}\` is written in ${procedure}, ${readOnly.reason}.`,
    instead: readOnly.instead,
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
  const parts = Object.keys(members).filter((part) => !["get", "set", "update", "at"].includes(part));
  for (const [part, value] of Object.entries(changed)) {
    if (!parts.includes(part)) throw unknownName(part, parts, `\`${name}\``);
    (members[part] as { set(value: unknown): void }).set(value);
  }
}
