import { pathToFileURL } from "node:url";
import { freshUrl } from "../loader/fresh.ts";

export type Module = Readonly<Record<string, unknown>>;

/** Imports a module. */
export async function importModule(file: string): Promise<Module> {
  return (await import(pathToFileURL(file).href)) as Module;
}

/** Evaluates a module, and what it imports of the application, once more. */
export async function importAgain(file: string, how: { readonly isOtherMoment: boolean }): Promise<Module> {
  return (await import(freshUrl(pathToFileURL(file), how))) as Module;
}
