import { readFile } from "node:fs/promises";
import type { LoadHook, ResolveHook } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { instrument, isApplicationModule } from "@frond/language/instrument";
import { transform } from "esbuild";
import { PASSED_ON } from "./fresh.ts";

/**
 * Runs in the thread in which Node loads modules: the modules of applications are instrumented, so that they refuse to
 * decide by traced values. Their TypeScript is compiled here, because the instrumentation reads TypeScript.
 */
export const load: LoadHook = async (url, context, nextLoad) => {
  const file = url.startsWith("file://") ? fileURLToPath(url) : undefined;
  if (file === undefined || !isApplicationModule(file)) return nextLoad(url, context);
  const { code, map } = instrument(await readFile(file, "utf8"), file);
  const compiled = await transform(`${code}\n//# sourceMappingURL=${map.toUrl()}`, {
    loader: /\.m?[jt]s$/.test(file) ? "ts" : "tsx",
    format: "esm",
    target: "node20",
    sourcemap: "external",
    sourcefile: file,
    tsconfigRaw: {},
  });
  return { format: "module", source: `${compiled.code}\n${mapComment(compiled.map, file)}`, shortCircuit: true };
};

/**
 * Names the source by its address. Node takes a source for an address: of a path with a blank it would show `%20` in
 * stack traces, and a path with a `%` could not be told from it.
 */
function mapComment(map: string, file: string): string {
  const named = JSON.stringify({ ...(JSON.parse(map) as object), sources: [pathToFileURL(file).href] });
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(named).toString("base64")}`;
}

/**
 * The modules of an application that is evaluated once more import fresh modules of their own. An application may stand
 * anywhere: where no package of Frond is installed for it, it gets the one that runs.
 */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await resolveOwn(specifier, context, nextResolve);
  const { parentURL } = context;
  if (parentURL === undefined || !URL.canParse(parentURL) || !resolved.url.startsWith("file://")) return resolved;
  if (!isApplicationModule(fileURLToPath(resolved.url))) return resolved;
  const url = new URL(resolved.url);
  for (const name of PASSED_ON) {
    const value = new URL(parentURL).searchParams.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return { ...resolved, url: url.href };
};

/** What Frond's packages are called. */
const OWN = /^(frond|@frond\/[^/]+)(\/|$)/;

const resolveOwn: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND" || !OWN.test(specifier)) throw error;
    return await nextResolve(specifier, { ...context, parentURL: import.meta.url });
  }
};
