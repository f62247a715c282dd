import type { Field, Point } from "@frond/foundation";
import type { DataAvailability } from "../constants.ts";
import type { MessageKind } from "./messageKinds.ts";

/**
 * What a field of a table may be, and what it is in TypeScript. In circuits and hashes a point is two elements, x and
 * y; everything else is one.
 */
export type FieldTypes = {
  field: Field;
  point: Point;
  u16: number;
  u32: number;
  /** Milliseconds since 1970, below 2^48. */
  time: number;
  /** Below 2^128. */
  u128: bigint;
  kind: MessageKind;
  dataAvailability: DataAvailability;
};

export type FieldType = keyof FieldTypes;

export type FieldRow = {
  readonly type: FieldType;
  readonly about: string;
  /** What it is unless it is given. */
  readonly default?: FieldTypes[FieldType];
};

/** The fields of a record, in the order in which they are hashed. */
export type FieldTable = { readonly [name: string]: FieldRow };

/** A value with the fields of a table. */
export type RecordOf<T extends FieldTable> = { readonly [N in keyof T]: FieldTypes[T[N]["type"]] };

/** What has to be given of a record: fields with a default may be left out. */
export type GivenOf<T extends FieldTable> = {
  readonly [N in keyof T as T[N] extends { readonly default: unknown } ? never : N]: FieldTypes[T[N]["type"]];
} & {
  readonly [N in keyof T as T[N] extends { readonly default: unknown } ? N : never]?: FieldTypes[T[N]["type"]];
};
