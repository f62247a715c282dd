import { copyFileSync, cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "./manifest.ts";

/** Makes the package `create-frond` in `output`, ready to be packed: as it is, for it has nothing to compile. */
export function buildCreate(root: string, output: string): void {
  rmSync(output, { recursive: true, force: true });
  const own = join(root, "packages/create-frond");
  for (const part of ["bin", "templates", "README.md"])
    cpSync(join(own, part), join(output, part), { recursive: true });
  copyFileSync(join(root, "LICENSE"), join(output, "LICENSE"));
  const { private: _private, ...manifest } = readManifest(own);
  writeFileSync(join(output, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
