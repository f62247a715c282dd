// Part of `npm run lint`, beside Biome, which finds circles between files: imports between packages point down and go
// through what a package exports, no line of a source that is written by hand is too long, and the files that documents
// name exist.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { importMistakes } from "./importMistakes.mjs";
import { longLines } from "./longLines.mjs";
import { missingFiles } from "./missingFiles.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = [".", "docs", "docs/decisions"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file)),
);
const files = ["packages", "apps", "bench", "e2e", "mutation", ".ci"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
  .filter((file) => /\.(tsx?|mjs|sol|nr)$/.test(file) && !file.includes("node_modules"));
const mistakes = files.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...(/\.(tsx?|mjs)$/.test(file) ? importMistakes(root, file, text) : []), ...longLines(file, text)];
});
for (const file of documents) mistakes.push(...missingFiles(root, file, readFileSync(join(root, file), "utf8")));
for (const mistake of mistakes) console.log(mistake);
const outcome =
  mistakes.length === 0
    ? "imports point down, lines are short, what documents name exists"
    : `${mistakes.length} mistakes`;
console.log(`Checked ${files.length + documents.length} files: ${outcome}.`);
if (files.length === 0 || mistakes.length > 0) process.exitCode = 1;
