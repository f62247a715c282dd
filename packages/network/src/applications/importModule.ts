import { pathToFileURL } from "node:url";
import { freshUrl, freshUrls } from "../loader/fresh.ts";

export type Module = Readonly<Record<string, unknown>>;

/** Set once the modules of applications have changed since they were imported. */
let now: ((url: URL) => string) | undefined;

/** Imports a module. */
export async function importModule(file: string): Promise<Module> {
  const url = pathToFileURL(file);
  return (await import(now?.(url) ?? url.href)) as Module;
}

/** From now on modules of applications are imported as they are now, each of them once. */
export function forgetModules(): void {
  now = freshUrls();
}

/** Evaluates a module, and what it imports of the application, once more. */
export async function importAgain(file: string, how: { readonly isOtherMoment: boolean }): Promise<Module> {
  return (await import(freshUrl(pathToFileURL(file), how))) as Module;
}
