import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const MOST_BYTES = 150_000;

/** Everything that the package exports, as a page gets it. */
async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../exports/index.ts", import.meta.url))],
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

test("the client is bundled for pages without anything of Node, in less than 150 kB", async () => {
  const { code, inputs } = await bundle();
  const imports = Object.values(inputs).flatMap((input) => input.imports.map(({ path }) => path));
  const isOfNode = (path: string) => path.startsWith("node:") || builtinModules.includes(path);
  expect(imports.filter(isOfNode)).toEqual([]);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(MOST_BYTES);
});

test("what compiles applications and deploys contracts stays out", async () => {
  const { inputs } = await bundle();
  const files = Object.keys(inputs);
  for (const part of ["language/src/application.ts", "language/src/noir", "compileContracts", "babel", "solc"]) {
    expect(files.filter((file) => file.includes(part))).toEqual([]);
  }
});
