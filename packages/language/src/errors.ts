import { FrondError } from "@frond/foundation";
import type { SourceLocation } from "./ir.ts";

/** Formats a location as `file:line:column`; returns an empty text for an unknown location. */
export function formatLocation(location: SourceLocation | undefined): string {
  return location === undefined ? "an unknown place" : `${location.file}:${location.line}:${location.column}`;
}

/**
 * A mistake in the definition of an application. `location` is the place in the application's source. The last sentence
 * of the message says what to write instead. The codes are the members of {@link DefinitionErrorCode}.
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
  /** JavaScript branches (if, while, ?:, &&, switch, ===) on a value that is known only when the method runs. */
  | "language/branch"
  /** An operator or a conversion of JavaScript (+, <, template string, JSON) is applied to a traced value. */
  | "language/operator"
  /** A procedure has too many instructions, usually because of a loop without an end. */
  | "language/too-long"
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

/** Arguments or values from a caller do not fit the application. `path` names the wrong part. */
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
