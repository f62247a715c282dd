// Which package may import which, and how. ARCHITECTURE.md says the same in words.
import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** Every package imports only from the lines above its own. */
const ORDER = [
  ["foundation"],
  ["protocol"],
  ["circuits", "contracts"],
  ["language"],
  ["store", "prover"],
  ["committee", "testing"],
  ["sequencer", "follower"],
  ["settlement"],
  ["node", "sdk"],
  ["react", "indexer"],
  ["money"],
  ["exchange"],
  ["orbits", "bricks", "desk", "auction"],
  // It has pictures of some applications.
  ["explorer"],
  ["network"],
  ["cli"],
  ["frond"],
  ["create-frond"],
  ["bench", "e2e", "mutation"],
];

/** What tests import from above, and why. */
const TEST_EXCEPTIONS = [
  // Attacks on circuits are seen to fail where proofs are made.
  ["circuits", "prover"],
];

/** Of the repository's own, that belong to no package and stand above all. */
const ROOT_FILES = new Set(["frond.config.ts", "vitest.config.ts"]);

const ranks = new Map(ORDER.flatMap((names, rank) => names.map((name) => [name, rank])));

/** The package that a file belongs to, as its directory and its name; undefined for files of the root. */
function packageOf(file) {
  const [first, second] = file.split(sep);
  if (first === "packages" || first === "apps") return { name: second, directory: join(first, second) };
  return ["bench", "e2e", "mutation"].includes(first) ? { name: first, directory: first } : undefined;
}

const isTest = (file) => /\.test\.ts$|\/(testing|fixtures)\//.test(file);

/** What is wrong with the imports of a file (its path from the root), a line each. */
export function importMistakes(root, file, text = readFileSync(join(root, file), "utf8")) {
  const owner = packageOf(file);
  if (owner === undefined) return [];
  if (!ranks.has(owner.name))
    return [`${file}: the package ${owner.name} has no place in the order of .ci/importMistakes.mjs`];
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.flatMap(({ fileName }) => {
    const mistake = fileName.startsWith(".")
      ? mistakeOfPath(root, { file, owner, imported: fileName })
      : mistakeOfPackage(root, { file, owner, imported: fileName });
    return mistake === undefined ? [] : [`${file}: ${mistake}`];
  });
}

function mistakeOfPath(root, { file, owner, imported }) {
  const target = relative(root, resolve(root, file, "..", imported));
  if (target.startsWith(owner.directory + sep)) return undefined;
  if (isTest(file) && ROOT_FILES.has(target)) return undefined;
  return `${imported} is inside another package; import what that package exports`;
}

function mistakeOfPackage(root, { file, owner, imported }) {
  const [, name, path] = /^@frond\/([^/]+)(\/.+)?$/.exec(imported) ?? [];
  if (name === undefined) return undefined;
  if (!ranks.has(name)) return `there is no package ${imported} in the order of .ci/importMistakes.mjs`;
  const own = name === owner.name;
  const isException = TEST_EXCEPTIONS.some(([from, to]) => from === owner.name && to === name);
  if (isTest(file) && (own || isException)) return exportMistake(root, { name, path });
  if (own) return `${imported} is the file's own package; import the file itself`;
  if (ranks.get(name) >= ranks.get(owner.name))
    return `${imported} is not below ${owner.name}; imports point down only`;
  return exportMistake(root, { name, path });
}

function exportMistake(root, { name, path }) {
  const folder = ["packages", "apps"].find((parent) => readPackage(join(root, parent, name)) !== undefined);
  const exported = readPackage(join(root, folder ?? "packages", name))?.exports ?? {};
  return Object.hasOwn(exported, `.${path ?? ""}`) ? undefined : `@frond/${name} does not export ${path ?? "anything"}`;
}

const packages = new Map();
function readPackage(directory) {
  if (!packages.has(directory)) {
    try {
      packages.set(directory, JSON.parse(readFileSync(join(directory, "package.json"), "utf8")));
    } catch {
      packages.set(directory, undefined);
    }
  }
  return packages.get(directory);
}
