import { readFileSync, writeFileSync } from "node:fs";
import { generatedConstantFiles } from "./constantsText.ts";

// Run by `npm run generate`: writes the constants of the circuits and the contracts where they differ.
for (const { path, text } of generatedConstantFiles()) {
  const url = new URL(`../../../${path}`, import.meta.url);
  if (readFileSync(url, { encoding: "utf8", flag: "a+" }) === text) continue;
  writeFileSync(url, text);
  process.stdout.write(`wrote ${path}\n`);
}
