import type { IntegerBits, Parameter, ScalarType } from "./ir.ts";

/** An unsigned integer of `bits` bits with checked arithmetic. */
export interface IntegerType<B extends IntegerBits = IntegerBits> {
  readonly kind: "integer";
  readonly bits: B;
}

/** A signed integer of `bits` bits with checked arithmetic. */
export interface SignedType<B extends IntegerBits = IntegerBits> {
  readonly kind: "signed";
  readonly bits: B;
}

/** One of named members: 2 to 256. */
export interface EnumerationType<M extends readonly string[] = readonly string[]> {
  readonly kind: "enumeration";
  readonly members: M;
}

/** An element of the BN254 scalar field; arithmetic wraps around the modulus. */
export interface FieldType {
  readonly kind: "field";
}

export interface BoolType {
  readonly kind: "bool";
}

/** An account of a layer: one field element. */
export interface AddressType {
  readonly kind: "address";
}

/** An account on L1: 160 bits. */
export interface EthereumAddressType {
  readonly kind: "ethereumAddress";
}

export interface StructType<F extends Fields = Fields> {
  readonly kind: "struct";
  readonly fields: F;
}

export interface ArrayType<T extends Type = Type> {
  readonly kind: "array";
  readonly element: T;
  readonly length: number;
}

export type Type =
  | IntegerType
  | SignedType
  | EnumerationType
  | FieldType
  | BoolType
  | AddressType
  | EthereumAddressType
  | StructType
  | ArrayType;

/** Names and their types, in encoding order. */
export type Fields = { readonly [name: string]: Type };

export const u8: IntegerType<8> = { kind: "integer", bits: 8 };
export const u16: IntegerType<16> = { kind: "integer", bits: 16 };
export const u32: IntegerType<32> = { kind: "integer", bits: 32 };
export const u64: IntegerType<64> = { kind: "integer", bits: 64 };
export const u128: IntegerType<128> = { kind: "integer", bits: 128 };
export const i8: SignedType<8> = { kind: "signed", bits: 8 };
export const i16: SignedType<16> = { kind: "signed", bits: 16 };
export const i32: SignedType<32> = { kind: "signed", bits: 32 };
export const i64: SignedType<64> = { kind: "signed", bits: 64 };
export const i128: SignedType<128> = { kind: "signed", bits: 128 };
export const field: FieldType = { kind: "field" };
export const bool: BoolType = { kind: "bool" };
export const address: AddressType = { kind: "address" };
export const ethereumAddress: EthereumAddressType = { kind: "ethereumAddress" };

/** A struct of named values. Structs may nest; tracing flattens them. */
export function struct<const F extends Fields>(fields: F): StructType<F> {
  return { kind: "struct", fields };
}

/**
 * A value that is one of the members: `enumeration("open", "closed", "settled")`. Entries that were never written hold
 * the first member.
 */
export function enumeration<const M extends readonly string[]>(...members: M): EnumerationType<M> {
  return { kind: "enumeration", members };
}

/** An array of `length` values of one type. */
export function array<const T extends Type>(element: T, length: number): ArrayType<T> {
  return { kind: "array", element, length };
}

/**
 * The type of values that a client receives: bigints for integers, fields and addresses, the name of the member for an
 * enumeration.
 */
export type PlainOf<T> = T extends IntegerType | SignedType | FieldType | AddressType | EthereumAddressType
  ? bigint
  : T extends BoolType
    ? boolean
    : T extends EnumerationType<infer M>
      ? M[number]
      : T extends StructType<infer F>
        ? { readonly [K in keyof F]: PlainOf<F[K]> }
        : T extends ArrayType<infer E>
          ? readonly PlainOf<E>[]
          : never;

/** The type of values that a client passes: bigints or numbers for integers; also `0x` hex for fields and addresses. */
export type PlainInputOf<T> = T extends IntegerType | SignedType
  ? bigint | number
  : T extends FieldType | AddressType | EthereumAddressType
    ? bigint | `0x${string}`
    : T extends BoolType
      ? boolean
      : T extends EnumerationType<infer M>
        ? M[number]
        : T extends StructType<infer F>
          ? { readonly [K in keyof F]: PlainInputOf<F[K]> }
          : T extends ArrayType<infer E>
            ? readonly PlainInputOf<E>[]
            : never;

/** Values in the shape of a type: a leaf for a scalar, an object for a struct, an array for an array. */
export type Tree<L> = L | { readonly [name: string]: Tree<L> } | readonly Tree<L>[];

export function isScalar(type: Type): type is ScalarType {
  return type.kind !== "struct" && type.kind !== "array";
}

/** The parts of a struct or array with their names, in encoding order; empty for a scalar. */
export function partsOf(type: Type): readonly (readonly [string, Type])[] {
  if (type.kind === "struct") return Object.entries(type.fields);
  if (type.kind === "array") return Array.from({ length: type.length }, (_, i) => [String(i), type.element] as const);
  return [];
}

/** The scalars of a type in encoding order, named `name_part_part`. */
export function flattenType(type: Type, name: string): Parameter[] {
  if (isScalar(type)) return [{ name, type }];
  return partsOf(type).flatMap(([part, partType]) => flattenType(partType, name === "" ? part : `${name}_${part}`));
}

/** Builds a value in the shape of a type. Calls `next` once for each scalar, in encoding order. */
export function buildTree<L>(type: Type, next: (scalar: ScalarType) => L): Tree<L> {
  if (isScalar(type)) return next(type);
  if (type.kind === "array") return Array.from({ length: type.length }, () => buildTree(type.element, next));
  return Object.fromEntries(Object.entries(type.fields).map(([name, part]) => [name, buildTree(part, next)]));
}

/** A type in source form: `u64`, `{ owner: address, .. }`. */
export function typeName(type: Type): string {
  if (type.kind === "integer") return `u${type.bits}`;
  if (type.kind === "signed") return `i${type.bits}`;
  if (type.kind === "enumeration") return `enumeration(${type.members.map((member) => `"${member}"`).join(", ")})`;
  if (type.kind === "struct") {
    return `{ ${Object.entries(type.fields)
      .map(([name, part]) => `${name}: ${typeName(part)}`)
      .join(", ")} }`;
  }
  if (type.kind === "array") return `array(${typeName(type.element)}, ${type.length})`;
  return type.kind;
}

/** A type in source form with its article: `a u64`, `an address`. */
export function aType(type: Type): string {
  const name = typeName(type);
  return `${/^[aei]/.test(name) ? "an" : "a"} ${name}`;
}
