import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Of each entry. What pages of leaving need is apart, so that no other page loads it. */
const ENTRIES = [
  { entry: "index", mostBytes: 145_000 },
  { entry: "leave", mostBytes: 75_000 },
] as const;

/** Everything that an entry of the package exports, as a page gets it. */
async function bundle(entry: (typeof ENTRIES)[number]["entry"]) {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../exports/${entry}.ts`, import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    write: false,
    metafile: true,
    legalComments: "none",
    logLevel: "silent",
  });
  return { code: outputFiles[0]!.contents, inputs: metafile.inputs };
}

test.each(ENTRIES)("$entry is bundled for pages without anything of Node", async ({ entry, mostBytes }) => {
  const { code, inputs } = await bundle(entry);
  const imports = Object.values(inputs).flatMap((input) => input.imports.map(({ path }) => path));
  const isOfNode = (path: string) => path.startsWith("node:") || builtinModules.includes(path);
  expect(imports.filter(isOfNode)).toEqual([]);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(mostBytes);
});

test.each(ENTRIES)("what compiles applications and deploys contracts stays out of $entry", async ({ entry }) => {
  const { inputs } = await bundle(entry);
  const files = Object.keys(inputs);
  for (const part of ["language/src/application.ts", "language/src/noir", "compileContracts", "babel", "solc"]) {
    expect(files.filter((file) => file.includes(part))).toEqual([]);
  }
});
