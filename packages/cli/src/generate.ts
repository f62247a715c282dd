import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { abiFile, generateAbi } from "@frond/contracts";
import { generatedConstantFiles } from "@frond/protocol";

// Run by `npm run generate`: writes every generated file that differs. With --check it writes nothing and fails if one differs.
const root = fileURLToPath(new URL("../../..", import.meta.url));
const isCheck = process.argv.includes("--check");
const files = [...generatedConstantFiles(), { path: relative(root, abiFile), text: generateAbi() }];
const stale = files.filter(({ path, text }) => {
  try {
    return readFileSync(`${root}/${path}`, "utf8") !== text;
  } catch {
    return true;
  }
});
for (const { path, text } of stale) {
  if (!isCheck) writeFileSync(`${root}/${path}`, text);
  process.stdout.write(`${isCheck ? "out of date:" : "wrote"} ${path}\n`);
}
if (isCheck && stale.length > 0) {
  process.stdout.write("Run `npm run generate`, and commit what it writes.\n");
  process.exitCode = 1;
}
