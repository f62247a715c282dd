import { type Field, fieldToHex } from "@frond/foundation";
import { type FieldTable, noirNames, type RecordOf, toElements } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";

/** A record as the circuits' struct of the same table, or as parameters of their names. */
export function recordInput<T extends FieldTable>(table: T, record: RecordOf<T>): InputMap {
  return elementsInput(table, toElements(table, record));
}

/** The same of elements that were never a record. */
function elementsInput(table: FieldTable, elements: readonly Field[]): InputMap {
  return Object.fromEntries(noirNames(table).map((name, i) => [name, fieldToHex(elements[i]!)]));
}
