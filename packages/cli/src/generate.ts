import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { abiFile, generateAbi } from "@frond/contracts";
import { type GeneratedFile, generatedFiles } from "@frond/protocol";

// Run by `npm run generate`: writes every generated file that differs. With --check it writes nothing and fails if one
// differs.
const root = fileURLToPath(new URL("../../..", import.meta.url));
const isCheck = process.argv.includes("--check");
let isStale = false;

for (const file of generatedFiles()) bring(file);
// Of the sources as they are now: some were generated.
bring({ path: relative(root, abiFile), text: generateAbi() });

if (isCheck && isStale) {
  process.stdout.write("Run `npm run generate`, and commit what it writes.\n");
  process.exitCode = 1;
}

function bring({ path, text }: GeneratedFile): void {
  const file = `${root}/${path}`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  isStale = true;
  if (!isCheck) writeFileSync(file, text);
  process.stdout.write(`${isCheck ? "out of date:" : "wrote"} ${path}\n`);
}
