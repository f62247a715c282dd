import { FIELD_MODULUS, type Field, fieldToHex } from "@frond/foundation";
import { entryKey } from "@frond/protocol";
import {
  type ApplicationInterface,
  argumentFieldsOf,
  type ExitTypes,
  exitArgumentsOf,
} from "./applicationInterface.ts";
import { EncodingError } from "./encodingError.ts";
import { entryLayout, ownValues } from "./entryLayout.ts";
import type { ScalarType } from "./ir.ts";
import { nearest } from "./nearest.ts";
import { scalarLimit } from "./scalarBits.ts";
import { fieldToNumber, isNumberOf, leastNumber, numberToField } from "./scalarNumbers.ts";
import { keyType, type MapDeclaration, mapsOf, type StateDeclaration } from "./state.ts";
import {
  aType,
  buildTree,
  type Fields,
  isScalar,
  type PlainInputOf,
  type PlainOf,
  partsOf,
  struct,
  type Type,
} from "./types.ts";

/** The arguments of a method in the form that a client passes. */
export type ArgumentsOf<A extends Fields> = { readonly [N in keyof A]: PlainInputOf<A[N]> };

/** The key of a map in the form that a client passes; undefined for a cell. */
export type PlainKeyOf<D> =
  D extends MapDeclaration<infer K>
    ? K extends undefined
      ? undefined
      : K extends Type
        ? PlainInputOf<K>
        : K extends Fields
          ? { readonly [N in keyof K]: PlainInputOf<K[N]> }
          : never
    : never;

/** An entry in the form that a client receives. */
export type EntryOf<D> = D extends MapDeclaration<infer _K, infer V> ? PlainOf<V> : never;

/**
 * Encodes a call for a transaction: the number of the method, and the flattened arguments, padded with zeros to the
 * application's `argumentFieldsOf`.
 * @throws {@link EncodingError} when an argument does not fit its type; the error names the argument
 */
export function encodeArguments<M extends { readonly [name: string]: Fields }, const N extends keyof M & string>(
  app: ApplicationInterface<StateDeclaration, M>,
  method: N,
  args: ArgumentsOf<M[N]>,
): { method: number; args: Field[] } {
  const types = methodTypes(app, method);
  const fields = encodePlain(struct(types), args, method);
  const padding = new Array<Field>(argumentFieldsOf(app) - fields.length).fill(0n);
  return { method: Object.keys(app.methods).indexOf(method), args: [...fields, ...padding] };
}

/**
 * Encodes an exit for a claim: the number of the exit, and the flattened arguments, padded with zeros to the
 * application's `exitArgumentsOf`.
 * @throws {@link EncodingError} when an argument does not fit its type; the error names the argument
 */
export function encodeExit<X extends ExitTypes, const N extends keyof X & string>(
  app: { readonly exits?: X },
  exit: N,
  args: ArgumentsOf<X[N]["args"]>,
): { exit: number; args: Field[] } {
  const exits: ExitTypes = app.exits ?? {};
  const names = Object.keys(exits);
  if (!Object.hasOwn(exits, exit)) throw unknownPart(exit, names, "exit");
  const fields = encodePlain(struct(exits[exit]!.args), args, exit);
  const padding = new Array<Field>(exitArgumentsOf({ exits }) - fields.length).fill(0n);
  return { exit: names.indexOf(exit), args: [...fields, ...padding] };
}

/**
 * Decodes a call of method number `method` to its name and arguments.
 * @throws {@link EncodingError} when there is no such method, or when an argument does not fit its type
 */
export function decodeArguments(
  app: Pick<ApplicationInterface, "methods">,
  method: number,
  args: readonly Field[],
): { readonly name: string; readonly args: Readonly<Record<string, unknown>> } {
  const names = Object.keys(app.methods);
  const name = names[method];
  if (name === undefined) throw unknownPart(String(method), [...names.keys()].map(String), "method");
  return { name, args: decodePlain(struct(methodTypes(app, name)), args, name) as Readonly<Record<string, unknown>> };
}

/** The key of an entry of the state. A cell takes no `key`. */
export function entryKeyOf<S extends StateDeclaration, const N extends keyof S & string>(
  app: Pick<ApplicationInterface<S>, "state">,
  map: N,
  ...key: PlainKeyOf<S[N]> extends undefined ? [] : [key: PlainKeyOf<S[N]>]
): Field {
  const { id, declaration } = findMap(app, map);
  const fields = declaration.keys === undefined ? [] : encodePlain(keyType(declaration.keys), key[0], `${map} key`);
  return entryKey(id, fields);
}

/**
 * Decodes the values of an entry into the shape of its declaration. The nonce of an account is omitted: see `nonceOf`.
 */
export function decodeEntry<S extends StateDeclaration, const N extends keyof S & string>(
  app: Pick<ApplicationInterface<S>, "state">,
  map: N,
  values: readonly Field[],
): EntryOf<S[N]> {
  const { id, declaration } = findMap(app, map);
  const positions = entryLayout(mapsOf(app.state)).positions[id]!.slice(ownValues(declaration));
  return decodePlain(
    declaration.value,
    positions.map((position) => values[position]!),
    map,
  ) as EntryOf<S[N]>;
}

/** The nonce in the values of an account's entry. */
export function nonceOf(values: readonly Field[]): number {
  return Number(values[0] ?? 0n);
}

/**
 * Encodes a plain value as fields. `path` names the value in errors.
 * @throws {@link EncodingError} when the value does not fit its type
 */
export function encodePlain(type: Type, value: unknown, path: string): Field[] {
  if (isScalar(type)) return [encodeScalar(type, value, path)];
  if (typeof value !== "object" || value === null || Array.isArray(value) !== (type.kind === "array")) {
    throw new EncodingError({
      path,
      problem: "The value does not have the shape of its type.",
      next: `Give ${aType(type)}.`,
    });
  }
  const parts = partsOf(type);
  const names = parts.map(([name]) => name);
  const extra = Object.keys(value).find((name) => !names.includes(name));
  if (extra !== undefined) throw unknownPart(extra, names, path);
  return parts.flatMap(([name, part]) =>
    encodePlain(part, (value as Record<string, unknown>)[name], `${path}.${name}`),
  );
}

/** Decodes what {@link encodePlain} encodes. Ignores fields behind those of the type. */
export function decodePlain(type: Type, fields: readonly Field[], path: string): unknown {
  let next = 0;
  return buildTree<bigint | boolean | string>(type, (scalar) => {
    const value = fieldToNumber(scalar, requireField(scalar, fields[next++], path));
    if (scalar.kind === "enumeration") return scalar.members[Number(value)]!;
    return scalar.kind === "bool" ? value === 1n : value;
  });
}

function encodeScalar(type: ScalarType, value: unknown, path: string): Field {
  if (type.kind === "bool") {
    if (typeof value === "boolean") return value ? 1n : 0n;
    throw new EncodingError({ path, problem: `It is ${shown(value)}.`, next: "Give true or false." });
  }
  if (type.kind === "enumeration") return encodeMember(type.members, value, path);
  const isInteger = type.kind === "integer" || type.kind === "signed";
  if (typeof value === "bigint") return encodeNumber(type, value, path);
  if (typeof value === "number" && Number.isSafeInteger(value) && isInteger) {
    return encodeNumber(type, BigInt(value), path);
  }
  if (typeof value === "string" && /^0x[0-9a-fA-F]{1,64}$/.test(value) && !isInteger) {
    return encodeNumber(type, BigInt(value), path);
  }
  const next = isInteger ? "Give a bigint, or a whole number below 2^53." : "Give a bigint or 0x hex.";
  throw new EncodingError({ path, problem: `It is ${shown(value)}, not ${aType(type)}.`, next });
}

function encodeMember(members: readonly string[], value: unknown, path: string): Field {
  const position = typeof value === "string" ? members.indexOf(value) : -1;
  if (position >= 0) return BigInt(position);
  const near = typeof value === "string" ? nearest(value, members) : undefined;
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  const problem = `It is ${shown(value)}, not one of the members.`;
  throw new EncodingError({ path, problem, next: `${hint}Give one of: ${members.join(", ")}.` });
}

function encodeNumber(type: ScalarType, value: bigint, path: string): Field {
  if (isNumberOf(type, value)) return numberToField(type, value);
  if (type.kind === "ethereumAddress" && value >= 0n) throw tooWide(value, path);
  const least = leastNumber(type);
  const next = `Give a value from ${least} to ${least + scalarLimit(type) - 1n}.`;
  throw new EncodingError({ path, problem: `${value} is not ${aType(type)}.`, next });
}

/** @throws {@link EncodingError} when a field is missing, or represents no value of the type */
function requireField(type: ScalarType, value: Field | undefined, path: string): Field {
  const limit = scalarLimit(type);
  if (value !== undefined && value >= 0n && value < limit) return value;
  if (type.kind === "ethereumAddress" && value !== undefined && value >= 0n) throw tooWide(value, path);
  throw new EncodingError({
    path,
    problem: value === undefined ? "It is missing." : `${value} is not ${aType(type)}.`,
    next: `Give a value from 0 to ${limit - 1n}.`,
  });
}

function tooWide(value: bigint, path: string): EncodingError {
  const problem = `${fieldToHex(value % FIELD_MODULUS)} has more than 160 bits, so it is no Ethereum address.`;
  return new EncodingError({ path, problem, next: "Give 0x and 40 hex digits." });
}

function methodTypes(app: Pick<ApplicationInterface, "methods">, method: string): Fields {
  const types = Object.hasOwn(app.methods, method) ? app.methods[method] : undefined;
  if (types === undefined) throw unknownPart(method, Object.keys(app.methods), "method");
  return types;
}

function findMap(app: Pick<ApplicationInterface, "state">, map: string): { id: number; declaration: MapDeclaration } {
  const maps = mapsOf(app.state);
  const id = maps.findIndex(([name]) => name === map);
  if (id < 0)
    throw unknownPart(
      map,
      maps.map(([name]) => name),
      "state",
    );
  return { id, declaration: maps[id]![1] };
}

export function unknownPart(name: string, known: readonly string[], path: string): EncodingError {
  const near = nearest(name, known);
  const hint = near === undefined ? "" : `Did you mean \`${near}\`? `;
  return new EncodingError({
    path,
    problem: `There is no \`${name}\`.`,
    next: `${hint}Use one of: ${known.join(", ")}.`,
  });
}

function shown(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value.slice(0, 80))
    : typeof value === "object"
      ? "an object"
      : String(value);
}
