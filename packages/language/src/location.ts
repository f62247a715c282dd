import { dirname, isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { isApplicationModule } from "./instrument/isApplicationModule.ts";
import type { SourceLocation } from "./ir.ts";

const STACK_DEPTH = 30;
/** The functions that the instrumentation appends to a module. */
const HOOK = /^frond\d*\$/;

/** Locations by position in the running code, because mapping a stack trace through source maps is slow. */
const known = new Map<string, SourceLocation | undefined>();

/**
 * The innermost location on the call stack outside of this package, which is a line of the application's source.
 * Undefined if there is none.
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
  // A recursion without end may have no room left for what follows.
  try {
    Error.prepareStackTrace = (_error, frames) => {
      const own = toPath(frames[0]?.getFileName() ?? "");
      const frame = frames.find((candidate) => {
        const file = candidate.getFileName();
        if (HOOK.test(candidate.getFunctionName() ?? "")) return false;
        return file !== null && file !== undefined && !file.startsWith("node:") && !isBeside(own, toPath(file));
      });
      return frame && `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
    };
    return new Error().stack;
  } finally {
    Error.prepareStackTrace = prepare;
  }
}

/** Reads the text of the stack, because Node applies source maps only to that text. */
function mappedCallerLocation(): SourceLocation | undefined {
  const [own, ...callers] = locationsIn(new Error().stack);
  return own && callers.find(({ file }) => !isBeside(own.file, file));
}

/** Where an error comes from: the innermost line of the application, not of an installed package nor of Frond's. */
export function thrownLocation(error: Error): SourceLocation | undefined {
  return locationsIn(error.stack).find(({ file }) => isApplicationModule(resolve(file)));
}

function locationsIn(stack: string | undefined): SourceLocation[] {
  const frames = (stack ?? "").split("\n").map(parseFrame);
  return frames.filter((frame) => frame !== undefined).map((frame) => ({ ...frame, file: shorten(frame.file) }));
}

function toPath(file: string): string {
  return file.startsWith("file://") ? fileURLToPath(file) : file;
}

/**
 * `at name (place:line:column)` or `at place:line:column`. A place is a path or the address of a file, and may contain
 * blanks and parentheses, but no `), `, which ends the inner place of code that `eval` has made.
 */
const FRAME = /(?:\(|at (?:async )?)((?:(?:file:\/\/)?\/|[A-Za-z]:\\)(?:(?!\), ).)*?):(\d+):(\d+)\)?$/;

function parseFrame(frame: string): SourceLocation | undefined {
  const match = FRAME.exec(frame);
  if (match === null || HOOK.test(/^\s*at (?:async )?(\S+)/.exec(frame)?.[1] ?? "")) return undefined;
  return { file: toPath(match[1]!), line: Number(match[2]), column: Number(match[3]) };
}

/**
 * Whether a file belongs to the language, as this module, `own`, does: to its folder, or to that of the bundles. The
 * language's tests count as applications.
 */
function isBeside(own: string, file: string): boolean {
  return resolve(file).startsWith(dirname(resolve(own))) && !/\.test\.ts$|\.bench\.ts$|[/\\]fixtures[/\\]/.test(file);
}

/** A path relative to the working directory, if that is shorter. */
export function shorten(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") || isAbsolute(path) ? file : path;
}
