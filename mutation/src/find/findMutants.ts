import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NoTestsError } from "../errors.ts";
import { TARGETS, type Target, targetOf } from "../targets.ts";
import { findInNoir } from "./findInNoir.ts";
import { findInSolidity } from "./findInSolidity.ts";
import { findInTypeScript } from "./findInTypeScript.ts";
import type { Check, Kind, Mutant } from "./mutant.ts";
import { toMutants } from "./toMutants.ts";

/** Where every source has to have tests named for it. */
const WHOLE_FOLDERS: readonly (readonly [folder: string, extension: string])[] = [
  ["packages/circuits/lib/src", ".nr"],
  ["packages/circuits/bin/aggregate/src", ".nr"],
  ["packages/circuits/bin/settlement/src", ".nr"],
  ["packages/contracts/src", ".sol"],
];

const FINDERS: Readonly<Record<Kind, (text: string, target: Target) => Check[]>> = {
  noir: findInNoir,
  solidity: findInSolidity,
  typescript: (text, { refusals }) => findInTypeScript(text, refusals),
};

/**
 * Finds every mutant of the repository at `root`, in the order of the targets. Sources that are generated have none.
 * @throws NoTestsError for a source with checks that no target names
 */
export function findMutants(root: string): Mutant[] {
  const known = TARGETS.flatMap((target) => target.files.map((file) => ({ file, target })));
  for (const [folder, extension] of WHOLE_FOLDERS)
    for (const name of readdirSync(join(root, folder)).filter((entry) => entry.endsWith(extension)))
      refuseUnknown(root, `${folder}/${name}`);
  return known
    .filter(({ file }) => existsSync(join(root, file)))
    .flatMap(({ file, target }) => {
      const text = readFileSync(join(root, file), "utf8");
      return toMutants({ file, kind: target.kind }, FINDERS[target.kind](text, target));
    });
}

function refuseUnknown(root: string, file: string): void {
  if (targetOf(file) !== undefined) return;
  const text = readFileSync(join(root, file), "utf8");
  if (text.startsWith("// Generated")) return;
  const find = file.endsWith(".nr") ? findInNoir : findInSolidity;
  if (find(text).length > 0) throw new NoTestsError(file);
}
