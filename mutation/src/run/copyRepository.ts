import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** What tests of packages and applications read of the repository, besides `node_modules`. */
const COPIED = ["packages", "apps", "package.json", "tsconfig.json", "vitest.config.ts", "frond.config.ts"];

/** Links of `node_modules` to packages of the repository, which have to lead into the copy. */
const OWN_SCOPE = "@frond";

/** A copy of the repository in a temporary directory, for files to be changed in. */
export type Copy = {
  readonly root: string;
  /** For what tests keep between runs; not the user's. */
  readonly cache: string;
  remove(): void;
};

/** Copies the sources of the repository at `root`, and links what is installed. */
export function copyRepository(root: string): Copy {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "frond-mutation-")));
  const copy = join(folder, "repository");
  const isSource = (path: string) => basename(path) !== "node_modules";
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true, filter: isSource });
  const modules = join(root, "node_modules");
  mkdirSync(join(copy, "node_modules", OWN_SCOPE), { recursive: true });
  for (const name of readdirSync(modules)) {
    const isCache = name.startsWith(".") && name !== ".bin";
    if (name !== OWN_SCOPE && !isCache) symlinkSync(join(modules, name), join(copy, "node_modules", name));
  }
  for (const name of readdirSync(join(modules, OWN_SCOPE)))
    symlinkSync(readlinkSync(join(modules, OWN_SCOPE, name)), join(copy, "node_modules", OWN_SCOPE, name));
  const cache = join(folder, "cache");
  mkdirSync(cache);
  return { root: copy, cache, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
