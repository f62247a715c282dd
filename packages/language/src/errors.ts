import { FrondError } from "@frond/foundation";
import type { SourceLocation } from "./ir.ts";

/** `file:line:column`, or nothing when the place is not known. */
export function formatLocation(location: SourceLocation | undefined): string {
  return location === undefined ? "an unknown place" : `${location.file}:${location.line}:${location.column}`;
}

/**
 * A mistake in the definition of an application. `location` is the place in the application's source; the message's last sentence says what to write
 * instead. The codes are the members of {@link DefinitionErrorCode}.
 */
export class DefinitionError extends FrondError {
  readonly location: SourceLocation | undefined;

  constructor(options: {
    readonly code: DefinitionErrorCode;
    readonly problem: string;
    readonly instead: string;
    readonly location?: SourceLocation | undefined;
    readonly data?: Readonly<Record<string, unknown>>;
  }) {
    super({
      code: options.code,
      message: `${formatLocation(options.location)}: ${options.problem} ${options.instead}`,
      data: { ...options.data, location: options.location },
    });
    this.name = "DefinitionError";
    this.location = options.location;
  }
}

export type DefinitionErrorCode =
  /** A decision of JavaScript (if, while, ?:, &&, switch, ===) on a value that is only known when the method runs. */
  | "language/branch"
  /** An operator or conversion of JavaScript (+, <, template string, JSON) on a traced value. */
  | "language/operator"
  /** More instructions than a procedure may have: nearly always a loop that does not end. */
  | "language/too-long"
  /** A name that is not declared: an entry of the state, a field, an argument, a part of the context. */
  | "language/unknown-name"
  /** A value of the wrong type, or a literal outside the type's range. */
  | "language/type"
  /** A value or entry of another method, or of a `when` that has ended. */
  | "language/scope"
  /** A name that is reserved, not an identifier, or used twice. */
  | "language/name"
  /** Something else in the shape of the definition: too many methods, a method that returns something, an async method. */
  | "language/definition";

/** Arguments or values handed in by a caller that do not fit the application. `path` names the offending part. */
export class EncodingError extends FrondError {
  constructor(options: { readonly path: string; readonly problem: string; readonly next: string }) {
    super({
      code: "language/encoding",
      message: `${options.path}: ${options.problem} ${options.next}`,
      data: { path: options.path },
    });
    this.name = "EncodingError";
  }
}
