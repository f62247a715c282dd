import type { Field, Point } from "@frond/foundation";
import type { FieldTable, FieldType, FieldTypes, GivenOf, RecordOf } from "./tables/fieldTypes.ts";

/** The elements of a record in the order of its table: what is hashed, and what a circuit is given. */
export function toElements<T extends FieldTable>(table: T, record: RecordOf<T>): Field[] {
  const elements: Field[] = [];
  for (const name of Object.keys(table)) {
    const value = record[name]!;
    if (typeof value === "object") elements.push(value.x, value.y);
    else elements.push(BigInt(value));
  }
  return elements;
}

/**
 * Reads what {@link toElements} writes; undefined if there are not as many elements. The caller ranges them: one that
 * is too large gives a number that is.
 */
export function fromElements<T extends FieldTable>(table: T, elements: readonly Field[]): RecordOf<T> | undefined {
  if (elements.length !== elementCount(table)) return undefined;
  const record: Record<string, FieldTypes[FieldType]> = {};
  let at = 0;
  for (const [name, { type }] of Object.entries(table)) {
    const element = elements[at++]!;
    if (type === "point") record[name] = { x: element, y: elements[at++]! };
    else if (type === "field" || type === "u128") record[name] = element;
    else record[name] = Number(element);
  }
  return record as RecordOf<T>;
}

/** How many elements a record has. */
export function elementCount(table: FieldTable): number {
  return Object.values(table).reduce((sum, { type }) => sum + (type === "point" ? 2 : 1), 0);
}

/** The record with its defaults filled in, its fields in the order of the table. */
export function completeRecord<T extends FieldTable>(table: T, given: GivenOf<T>): RecordOf<T> {
  const parts = given as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, parts[name] ?? row.default]),
  ) as RecordOf<T>;
}

/** The record of zeros that stands in unused places of a circuit. */
export function zeroRecord<T extends FieldTable>(table: T): RecordOf<T> {
  return Object.fromEntries(Object.entries(table).map(([name, { type }]) => [name, ZEROS[type]])) as RecordOf<T>;
}

const ZEROS: { readonly [T in FieldType]: number | bigint | Point } = {
  field: 0n,
  point: { x: 0n, y: 0n },
  u16: 0,
  u32: 0,
  time: 0,
  u128: 0n,
  kind: 0,
  dataAvailability: 0,
};
