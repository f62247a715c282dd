import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "./ir.ts";

const OWN_DIRECTORY = fileURLToPath(new URL(".", import.meta.url));
const STACK_DEPTH = 30;

/**
 * The innermost place on the call stack that is not inside this package: a line of the application's source. Undefined if there is none.
 * Reads the stack's text, because that is what source maps are applied to.
 */
export function callerLocation(): SourceLocation | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const frame of stack.split("\n").slice(1)) {
    const location = parseFrame(frame);
    if (location !== undefined && !isOwn(location.file)) return { ...location, file: shorten(location.file) };
  }
  return undefined;
}

function parseFrame(frame: string): SourceLocation | undefined {
  const match =
    /(?:\(|at (?:async )?)((?:file:\/\/)?\/[^()]*?|[A-Za-z]:\\[^()]*?|file:\/\/\/[^()]*?):(\d+):(\d+)\)?$/.exec(frame);
  if (match === null) return undefined;
  const file = match[1]!.startsWith("file://") ? fileURLToPath(match[1]!) : match[1]!;
  return { file, line: Number(match[2]), column: Number(match[3]) };
}

/** Whether a file is the language's own; its tests stand for applications. */
export function isOwn(file: string): boolean {
  return file.startsWith(OWN_DIRECTORY) && !/\.test\.ts$|\.bench\.ts$|[/\\]fixtures[/\\]/.test(file);
}

/** Relative to the working directory where that is shorter to read. */
function shorten(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}
