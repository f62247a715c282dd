import type { Operation, Procedure, SourceLocation } from "../ir.ts";
import { operandsOf } from "../noir/operandsOf.ts";

/** A result that the source gives a name, and that nothing uses. */
export type UnusedResult = { readonly name: string; readonly location: SourceLocation | undefined };

/** Operations for their result alone. A conversion may well be there to fail: `const small = amount.to(u8)`. */
const COMPUTING: readonly Operation["op"][] = [
  ...(["add", "subtract", "multiply", "divide", "remainder", "mulDiv", "abs"] as const),
  ...(["bitAnd", "bitOr", "bitXor", "bitNot", "shiftLeft"] as const),
  ...(["equal", "lessThan", "and", "or", "not", "select", "hash"] as const),
];

/**
 * The named results that a procedure computes and does not use, as in `const rest = balance.subtract(amount);` without
 * a `set(rest)`. A helper may compute more than its caller needs, so they are no mistakes by themselves.
 */
export function unusedResults({ instructions, emits = [] }: Procedure): UnusedResult[] {
  const used = new Set([...instructions.flatMap(operandsOf), ...emits.flatMap(({ values }) => values)]);
  return instructions.flatMap(({ op, label, location }, id) =>
    COMPUTING.includes(op) && label !== undefined && !used.has(id) ? [{ name: label, location }] : [],
  );
}
