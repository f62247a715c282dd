import { readFileSync } from "node:fs";
import type { SourceLocation } from "./ir.ts";

/** The line of a location with a mark below the column; undefined if the source can't be read. */
export function excerptOf({ file, line, column }: SourceLocation, known?: string): string | undefined {
  const text = known ?? readLine(file, line);
  if (text === undefined || text.trim() === "") return undefined;
  // Tabs stay tabs, so that the mark stands below its column.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return `  ${line} | ${text}\n  ${" ".repeat(String(line).length)} | ${indent}^`;
}

function readLine(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1]?.replace(/\r$/, "");
  } catch {
    return undefined;
  }
}
