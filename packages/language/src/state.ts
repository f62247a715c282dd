import { markTraced } from "./branches/registry.ts";
import { elementAt, positionsOf, requirePosition } from "./elements.ts";
import { entryLayout, ownValues } from "./entryLayout.ts";
import { DefinitionError } from "./errors.ts";
import type { MapDefinition, ScalarType, ValueId } from "./ir.ts";
import { noteEntry } from "./labels.ts";
import { callerLocation } from "./location.ts";
import { markTree } from "./markTree.ts";
import { refuseUnknownNames, unknownName } from "./names.ts";
import { exactly } from "./operands.ts";
import { flattenInput } from "./operations.ts";
import { currentTrace, emit, requireUsable, type Scope, type Trace } from "./trace.ts";
import { isTracedValue, perform } from "./tracedValue.ts";
import {
  type AddressType,
  type ArrayType,
  address,
  type BoolType,
  buildTree,
  type Fields,
  flattenType,
  isScalar,
  partsOf,
  type StructType,
  struct,
  type Tree,
  type Type,
} from "./types.ts";
import type { InputOf, ValueOf } from "./valueOf.ts";
import { type ScalarValue, scalarValue, type Uint } from "./values.ts";

/** A declared map of the state. `Keys` is one type, or several named types. A cell has no keys. */
export type MapDeclaration<Keys extends KeyTypes = KeyTypes, V extends Type = Type> = {
  readonly kind: "account" | "map" | "cell";
  readonly keys: Keys;
  readonly value: V;
  readonly committee?: string;
  readonly held?: string;
};

/** Where the values of an entry go, in an application with `data: "volition"`. */
export type EntryOptions<V> = {
  /**
   * The name of a bool of the entry: while it is true, only the data committee is given the entry's values. By default
   * the values are published.
   */
  readonly committee?: BoolOf<V>;
};

/** The same of accounts, whose owners are known. */
export type AccountOptions<F> = EntryOptions<F> & {
  /**
   * The name of another bool of an account: while it is true as well, the committee alone is given the account's values
   * only if the owner signs, block by block, to hold them. Otherwise they are published.
   */
  readonly held?: BoolOf<F>;
};

/** The names of the bools among fields. */
type BoolOf<V> = V extends { readonly kind: "struct"; readonly fields: infer F }
  ? BoolOf<F>
  : V extends Type
    ? never
    : { readonly [N in keyof V]: V[N] extends BoolType ? N & string : never }[keyof V];

/** No key (a cell), one type, or named types. */
export type KeyTypes = undefined | Type | Fields;

export type StateDeclaration = { readonly [name: string]: MapDeclaration };

/**
 * Declares the accounts of the application, by address, under the name `accounts`. Every application has accounts.
 * Without a declaration an account holds only the nonce, which the layer stores before these fields.
 */
export function account<const F extends Fields>(
  fields: F,
  options: AccountOptions<F> = {},
): MapDeclaration<AddressType, StructType<F>> {
  return { kind: "account", keys: address, value: struct(fields), ...options };
}

/** Declares a single entry of the state. */
export function cell<const V extends Type | Fields>(
  value: V,
  options: EntryOptions<V> = {},
): MapDeclaration<undefined, TypeOf<V>> {
  return { kind: "cell", keys: undefined, value: toType(value), ...options };
}

/**
 * Declares entries by key: `map(address, u64)` or `map({ owner: address, id: u64 }, Order)`. Every key exists; its
 * entry holds zeros until the first write.
 */
export function map<const K extends Type | Fields, const V extends Type | Fields>(
  keys: K,
  value: V,
  options: EntryOptions<V> = {},
): MapDeclaration<K, TypeOf<V>> {
  return { kind: "map", keys, value: toType(value), ...options };
}

/** A struct may be given as its fields alone. */
export type TypeOf<V> = V extends Type ? V : V extends Fields ? StructType<V> : never;

function toType<V extends Type | Fields>(value: V): TypeOf<V> {
  return (isType(value) ? value : struct(value as Fields)) as TypeOf<V>;
}

export function isType(value: Type | Fields): value is Type {
  return typeof value.kind === "string";
}

/** An entry of the state, or a field of an entry. Its parts are properties: `state.pool.base.get()`. */
export type Slot<T> = {
  get(): ValueOf<T>;
  set(value: InputOf<T>): void;
  /**
   * Replaces the present value by the result of `change`. For a struct, the result may contain only the changed fields.
   */
  update(change: (value: ValueOf<T>) => T extends StructType ? Partial<InputOf<T>> : InputOf<T>): void;
} & (T extends StructType<infer F>
  ? { readonly [K in keyof F]: Slot<F[K]> }
  : T extends { readonly kind: "array"; readonly element: infer E }
    ? { readonly [index: number]: Slot<E>; at(index: Uint | number): Slot<E> }
    : unknown);

export type KeyInput<K> = K extends Type
  ? InputOf<K>
  : K extends Fields
    ? { readonly [N in keyof K]: InputOf<K[N]> }
    : never;

/** The state as a method sees it: a property for each cell, `.at(key)` for each map. */
export type State<S extends StateDeclaration> = {
  readonly [N in keyof S]: S[N] extends MapDeclaration<infer K, infer V>
    ? K extends undefined
      ? Slot<V>
      : { at(key: KeyInput<K>): Slot<V> }
    : never;
};

export type Maps = readonly (readonly [string, MapDeclaration])[];

/** The declared maps, with the accounts first even if they are not declared. The position of a map is its id. */
export function mapsOf(state: StateDeclaration): Maps {
  const { accounts = account({}), ...others } = state;
  return [["accounts", accounts], ...Object.entries(others)];
}

/** The IR's description of a map. The nonce comes first in the accounts map. */
export function mapDefinition(name: string, id: number, declaration: MapDeclaration): MapDefinition {
  const nonce = declaration.kind === "account" ? [{ name: "nonce", type: { kind: "integer", bits: 32 } as const }] : [];
  const { value, committee, held } = declaration;
  const all = [...nonce, ...flattenType(value, isScalar(value) ? "value" : "")];
  const flags = { ...(committee !== undefined && { committee }), ...(held !== undefined && { held }) };
  const fields = all.filter((field) => field.name !== committee && field.name !== held);
  return { name, id, keys: keyTypes(declaration.keys), fields, ...flags };
}

export function keyType(keys: KeyTypes): Type {
  if (keys === undefined) return struct({});
  return isType(keys) ? keys : struct(keys);
}

function keyTypes(keys: KeyTypes): ScalarType[] {
  return flattenType(keyType(keys), "").map(({ type }) => type);
}

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
