import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceLocation } from "./ir.ts";

const OWN_DIRECTORY = fileURLToPath(new URL(".", import.meta.url));
const STACK_DEPTH = 30;

/** Places by the position in the code that actually runs: reading a stack through its source maps is slow. */
const known = new Map<string, SourceLocation | undefined>();

/**
 * The innermost place on the call stack that is not inside this package: a line of the application's source. Undefined if there is none.
 */
export function callerLocation(): SourceLocation | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  try {
    const position = rawCallerPosition();
    if (position === undefined) return undefined;
    if (!known.has(position)) known.set(position, mappedCallerLocation());
    return known.get(position);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function rawCallerPosition(): string | undefined {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => {
    const frame = frames.find((candidate) => {
      const file = candidate.getFileName();
      return file !== null && file !== undefined && !file.startsWith("node:") && !isOwn(toPath(file));
    });
    return frame && `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  };
  const position = new Error().stack;
  Error.prepareStackTrace = prepare;
  return position;
}

/** Reads the stack's text, because that is what source maps are applied to. */
function mappedCallerLocation(): SourceLocation | undefined {
  for (const frame of (new Error().stack ?? "").split("\n").slice(1)) {
    const location = parseFrame(frame);
    if (location !== undefined && !isOwn(location.file)) return { ...location, file: shorten(location.file) };
  }
  return undefined;
}

function toPath(file: string): string {
  return file.startsWith("file://") ? fileURLToPath(file) : file;
}

function parseFrame(frame: string): SourceLocation | undefined {
  const match =
    /(?:\(|at (?:async )?)((?:file:\/\/)?\/[^()]*?|[A-Za-z]:\\[^()]*?|file:\/\/\/[^()]*?):(\d+):(\d+)\)?$/.exec(frame);
  if (match === null) return undefined;
  return { file: toPath(match[1]!), line: Number(match[2]), column: Number(match[3]) };
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
