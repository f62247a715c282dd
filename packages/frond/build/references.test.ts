import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { referencesIn } from "./references.ts";
import { rewrite } from "./rewrite.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
const file = join(root, "packages/prover/src/process/child.ts");

test("a module names what it imports, what it starts by its path, and packages that it looks for", () => {
  const text = [
    'import { x } from "@frond/foundation/node";',
    'import type { y } from "viem/accounts";',
    'import { join } from "node:path";',
    'const entry = new URL("./serve.ts", import.meta.url);',
    'const main = require2.resolve("solc/package.json");',
    'const text = "./no-such-file.ts";',
  ].join("\n");
  const references = referencesIn(root, file, text);
  expect(references.map(({ names }) => names)).toEqual([
    { file: join(root, "packages/foundation/exports/node.ts") },
    { package: "viem" },
    { file: join(root, "packages/prover/src/process/serve.ts") },
    { package: "solc" },
  ]);
  const compiled = rewrite(text, file, references, (path) => path.replace(/\.ts$/, ".js"));
  expect(compiled).toContain('from "../../../foundation/exports/node.js"');
  expect(compiled).toContain('new URL("./serve.js", import.meta.url)');
  expect(compiled).toContain('"./no-such-file.ts"');
});

test("where a package exports two modules, the one that needs no loader is taken", () => {
  const [vite] = referencesIn(root, file, 'export * from "@frond/language/vite";');
  expect(vite?.names).toEqual({ file: join(root, "packages/language/exports/vite.ts") });
});
