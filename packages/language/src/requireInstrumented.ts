import { isInstrumented } from "./branches/registry.ts";
import { DefinitionError } from "./errors.ts";
import type { SourceLocation } from "./ir.ts";

/** Where each application was defined whose module was not instrumented. */
const unchecked = new WeakMap<object, SourceLocation>();

/** Notes whether the module that defines an application was instrumented. */
export function noteModule<T extends object>(application: T, location: SourceLocation | undefined): T {
  if (location !== undefined && !isInstrumented(location.file)) unchecked.set(application, location);
  return application;
}

/**
 * Checks that an application was loaded in a way that refuses branches on traced values.
 * @throws {@link DefinitionError}
 */
export function requireInstrumented(application: object): void {
  const location = unchecked.get(application);
  if (location === undefined) return;
  throw new DefinitionError({
    code: "language/branch",
    location,
    problem: "This module was loaded without a check for branches on traced values.",
    instead: "Load it with `node --import frond/loader`, or with the plugin of `frond/vite`.",
  });
}
