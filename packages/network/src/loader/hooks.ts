import { readFile } from "node:fs/promises";
import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import type { Bundles } from "./bundleModules.ts";

/*
 * Runs in the thread in which Node resolves modules: who imports a module of Frond that others import gets its bundle.
 * Bundles are JavaScript, and no other loader has to look at them.
 */

let bundles: Bundles;

export const initialize: InitializeHook<Bundles> = (given) => {
  bundles = given;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (specifier.startsWith("./") && context.parentURL?.startsWith(bundles.directory))
    return { url: new URL(specifier, context.parentURL).href, format: "module", shortCircuit: true };
  const resolved = await nextResolve(specifier, context);
  const url = bundles.modules[resolved.url];
  return url === undefined ? resolved : { url, format: "module", shortCircuit: true };
};

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith(bundles.directory)) return nextLoad(url, context);
  return { source: await readFile(new URL(url)), format: "module", shortCircuit: true };
};
