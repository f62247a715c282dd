import { type Field, fieldToHex } from "@frond/foundation";
import { StatementMismatchError } from "../errors.ts";

/** A proof must say what it was made for. @throws StatementMismatchError */
export function requireStatement(what: string, expected: readonly Field[], actual: readonly Field[]): void {
  if (expected.length === actual.length && expected.every((field, i) => field === actual[i])) return;
  const show = (fields: readonly Field[]) => fields.map(fieldToHex).join(",");
  throw new StatementMismatchError({ what, expected: show(expected), actual: show(actual) });
}
