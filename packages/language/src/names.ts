import { DefinitionError } from "./errors.ts";
import { callerLocation } from "./location.ts";
import { nearest } from "./nearest.ts";

/**
 * Wraps `target` so that reading an unknown name throws. `what` describes the target in the error, and `instead` says
 * what to write instead of some names.
 * @throws {@link DefinitionError} when the name is unknown; the error lists the known names
 */
export function refuseUnknownNames<T extends object>(
  target: T,
  what: string,
  instead: { readonly [name: string]: string } = {},
): T {
  return new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === "symbol" || Reflect.has(object, name)) return Reflect.get(object, name, receiver);
      if (!Object.hasOwn(instead, name)) throw unknownName(name, Object.keys(object), what);
      throw new DefinitionError({
        code: "language/unknown-name",
        location: callerLocation(),
        problem: `There is no \`${name}\` in ${what}.`,
        instead: instead[name]!,
        data: { name },
      });
    },
    set(_object, name) {
      throw new DefinitionError({
        code: "language/unknown-name",
        location: callerLocation(),
        problem: `\`${String(name)}\` of ${what} is assigned to, which is not recorded.`,
        instead: "Write to the state with `.set(value)`.",
      });
    },
  });
}

/** The error for a name that is not among `known`. It suggests the name that is `meant`, or the most similar one. */
export function unknownName(name: string, known: readonly string[], what: string, meant?: string): DefinitionError {
  const near = meant !== undefined && known.includes(meant) ? meant : nearest(name, known);
  return new DefinitionError({
    code: "language/unknown-name",
    location: callerLocation(),
    problem: `There is no \`${name}\` in ${what}.`,
    instead: `${near === undefined ? "" : `Did you mean \`${near}\`? `}It has: ${known.join(", ") || "nothing"}.`,
    data: { name, known },
  });
}
