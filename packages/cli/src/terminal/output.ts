import type { Settings } from "../settings.ts";

/** Prints one result: as one line of JSON (bigints as decimal strings) with `--json`, else as the text given. */
export function printResult(settings: Settings, value: unknown, text: string): void {
  process.stdout.write(`${settings.json ? toJsonLine(value) : text}\n`);
}

/** One line of JSON; bigints become decimal strings. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? item.toString() : item));
}

/** Lays rows out in columns; the first row is the heading. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `key  value` lines, keys aligned. */
export function formatFields(fields: Record<string, string | number | bigint | boolean | undefined>): string {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...present.map(([key]) => key.length));
  return present.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join("\n");
}

/** Fields, one on a line; lists and objects as JSON, long lists by their length. */
export function describe(value: Record<string, unknown>): string {
  const shown = (part: unknown): string => {
    if (Array.isArray(part))
      return part.length === 0 ? "none" : part.length > 8 ? `${part.length}` : part.map(shown).join(", ");
    return typeof part === "object" && part !== null ? toJsonLine(part) : String(part);
  };
  return formatFields(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)])));
}
