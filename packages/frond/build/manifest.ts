import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a package.json says. */
export type Manifest = Readonly<Record<string, unknown>>;

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
