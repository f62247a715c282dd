import { dirname, relative } from "node:path";
import type { Reference } from "./references.ts";

/** A module's text that names other modules by the relative paths that they have in the package. */
export function rewrite(
  text: string,
  file: string,
  references: readonly Reference[],
  nameOf: (path: string) => string,
): string {
  let rewritten = text;
  for (const { start, end, names } of [...references].sort((a, b) => b.start - a.start)) {
    if ("package" in names) continue;
    const path = nameOf(relative(dirname(file), names.file));
    rewritten = rewritten.slice(0, start) + (path.startsWith(".") ? path : `./${path}`) + rewritten.slice(end);
  }
  return rewritten;
}
