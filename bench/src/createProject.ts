import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * What `create-frond` makes of its smallest template, in `directory`; with this repository in the place of packages.
 */
export function createProject(directory: string): string {
  const create = join(root, "packages/create-frond/bin/create-frond.mjs");
  execFileSync(process.execPath, [create, "project"], { cwd: directory });
  const project = join(directory, "project");
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  return project;
}
