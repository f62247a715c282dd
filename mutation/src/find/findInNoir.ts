import { blank } from "./blank.ts";
import { outsideOfBrackets } from "./brackets.ts";
import type { Check } from "./mutant.ts";
import { oneLine } from "./oneLine.ts";
import { type Statement, statementsOf } from "./statements.ts";

/**
 * Finds the constraints of a Noir source: every statement that is only a call. A call whose result nobody takes is an
 * assertion, a range, a function that demands something, or changes what it is called on; all of them are taken out.
 */
export function findInNoir(text: string): Check[] {
  const code = blank(text);
  return statementsOf(code)
    .filter(({ start, end }) => isCall(code.slice(start, end - 1)))
    .map((statement) => ({
      within: functionAround(statement),
      text: oneLine(text.slice(statement.start, statement.end - 1)),
      edit: { start: statement.start, end: statement.end, replacement: "" },
    }));
}

const DECLARATION = /^(let|return|use|pub|mod|global|type|comptime|break|continue)\b/;
const ASSIGNMENT = /(^|[^=!<>])=([^=]|$)/;

function isCall(statement: string): boolean {
  return (
    statement.trimEnd().endsWith(")") && !DECLARATION.test(statement) && !ASSIGNMENT.test(outsideOfBrackets(statement))
  );
}

function functionAround({ blocks }: Statement): string {
  const names = blocks.map(({ head }) => /\bfn\s+(\w+)/.exec(head)?.[1] ?? implementedType(head));
  return names.filter((name) => name !== undefined).join("::");
}

/** `Block` of `impl<let P: u32> Block<P>`. */
function implementedType(head: string): string | undefined {
  return /^impl\s*(?:<[^>]*>)?\s*(\w+)/.exec(head)?.[1];
}
