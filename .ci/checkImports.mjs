// Part of `npm run lint`: imports between packages point down, and go through what a package exports. Circles between
// files are found by Biome.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { importMistakes } from "./importMistakes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = ["packages", "apps", "bench", "e2e"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)))
  .filter((file) => /\.(ts|mjs)$/.test(file) && !file.includes("node_modules"));
const mistakes = files.flatMap((file) => importMistakes(root, file));
for (const mistake of mistakes) console.log(mistake);
const outcome = mistakes.length === 0 ? "all point down" : `${mistakes.length} must not be`;
console.log(`Checked the imports of ${files.length} files: ${outcome}.`);
if (files.length === 0 || mistakes.length > 0) process.exitCode = 1;
