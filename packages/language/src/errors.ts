import { FrondError } from "@frond/foundation";
import type { SourceLocation } from "./ir.ts";
import { excerptOf } from "./sourceLine.ts";

/** Formats a location as `file:line:column`; returns an empty text for an unknown location. */
export function formatLocation(location: SourceLocation | undefined): string {
  return location === undefined ? "an unknown place" : `${location.file}:${location.line}:${location.column}`;
}

/**
 * A mistake in the definition of an application. `location` is the place in the application's source. The message names
 * the place, shows the source line if it can be read, and says in its last sentence what to write instead. The codes
 * are the members of {@link DefinitionErrorCode}.
 */
export class DefinitionError extends FrondError {
  readonly location: SourceLocation | undefined;

  constructor(options: {
    readonly code: DefinitionErrorCode;
    readonly problem: string;
    readonly instead: string;
    readonly location?: SourceLocation | undefined;
    readonly data?: Readonly<Record<string, unknown>>;
    /** The text of the line, where the source can't be read at its place: in a page. */
    readonly sourceLine?: string | undefined;
    readonly cause?: unknown;
  }) {
    const { location, problem, instead } = options;
    const excerpt = location === undefined ? undefined : excerptOf(location, options.sourceLine);
    super({
      code: options.code,
      message: `${formatLocation(location)}: ${problem}${excerpt === undefined ? " " : `\n${excerpt}\n`}${instead}`,
      data: { ...options.data, location, problem, instead },
      cause: options.cause,
    });
    this.name = "DefinitionError";
    this.location = location;
    if (watch !== undefined) watch.first ??= this;
  }
}

let watch: { first?: DefinitionError } | undefined;

/** Runs `body`, and throws the first mistake in it, even if the application catches that mistake. */
export function throwFirstMistake(body: () => void): void {
  const outer = watch;
  const own: { first?: DefinitionError } = {};
  watch = own;
  try {
    body();
  } catch (error) {
    throw own.first ?? error;
  } finally {
    watch = outer;
  }
  if (own.first !== undefined) throw own.first;
}

export type DefinitionErrorCode =
  /** JavaScript branches (if, while, ?:, &&, switch, ===) on a value that is known only when the method runs. */
  | "language/branch"
  /** An operator or a conversion of JavaScript (+, <, template string, JSON) is applied to a traced value. */
  | "language/operator"
  /** The result of an operation is not used, so the operation has no effect. */
  | "language/unused"
  /** The application reads what differs from one trace to the next: a clock, chance, the environment, its own state. */
  | "language/nondeterministic"
  /** JavaScript throws while the application is traced: a mistake in a name, a recursion, a `throw`. */
  | "language/thrown"
  /** A procedure has too many instructions, usually because of a loop without an end. */
  | "language/too-long"
  /** No block has room for a call of the procedure: too many entries, new entries or messages. */
  | "language/too-large"
  /** A name is not declared: an entry of the state, a field, an argument, a part of the context. */
  | "language/unknown-name"
  /** A value has the wrong type, or a literal is outside of the type's range. */
  | "language/type"
  /** A value or an entry belongs to another method, or to a `when` that has ended. */
  | "language/scope"
  /** A name is reserved, is no identifier, or is used twice. */
  | "language/name"
  /**
   * Another mistake in the shape of the definition: too many methods, a method that returns a value, an async method.
   */
  | "language/definition";
