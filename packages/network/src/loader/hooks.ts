import type { InitializeHook, ResolveHook } from "node:module";

/**
 * Runs in the thread in which Node resolves modules: our own packages get the bundled libraries; everybody else's
 * modules get what is installed for them.
 */
const PACKAGES = new URL("../../../", import.meta.url).href;

let libraries: Record<string, string> = {};

export const initialize: InitializeHook<Record<string, string>> = (bundled) => {
  libraries = bundled;
};

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const url = libraries[specifier];
  if (url === undefined || !context.parentURL?.startsWith(PACKAGES)) return nextResolve(specifier, context);
  return { url, format: "module", shortCircuit: true };
};
