import type { MapDefinition, ScalarType } from "./ir.ts";
import {
  type AddressType,
  address,
  type BoolType,
  type Fields,
  flattenType,
  isScalar,
  type StructType,
  struct,
  type Type,
} from "./types.ts";
import type { InputOf, ValueOf } from "./valueOf.ts";
import type { Uint } from "./values.ts";

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
