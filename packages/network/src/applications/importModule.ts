import { pathToFileURL } from "node:url";
import { FRESH } from "../loader/fresh.ts";

export type Module = Readonly<Record<string, unknown>>;

let loads = 0;

/** Imports a module of an application; or evaluates it, and what it imports of the application, once more. */
export async function importModule(file: string, { isFresh = false } = {}): Promise<Module> {
  const url = pathToFileURL(file);
  if (isFresh) url.searchParams.set(FRESH, String(++loads));
  return (await import(url.href)) as Module;
}
