import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Libraries of hundreds of modules each, which cost more to find than to run: half of the time of a short command. Of
 * each library everything that is imported: a part from elsewhere would have classes of its own, and its errors would
 * not be known.
 */
const LIBRARIES = {
  viem: "viem",
  "viem/accounts": "accounts",
  "viem/actions": "actions",
  "viem/chains": "chains",
  zod: "zod",
};

const require = createRequire(import.meta.url);

/**
 * Bundles the large libraries, once for each version of them, beside the installed ones. Gives the address of the
 * bundle of each; undefined where nothing can be written or bundled, and the libraries serve as they are.
 */
export function bundleLibraries(): Record<string, string> | undefined {
  try {
    const installed = dirname(dirname(packageFile("viem")));
    const directory = join(installed, ".cache", "frond", `libraries-${versions()}`);
    if (!existsSync(directory)) bundle(directory);
    const bundled = Object.entries(LIBRARIES).map(([name, file]) => [name, join(directory, `${file}.mjs`)] as const);
    return Object.fromEntries(bundled.map(([name, path]) => [name, pathToFileURL(path).href]));
  } catch {
    return undefined;
  }
}

function bundle(directory: string): void {
  const partial = `${directory}.${randomBytes(4).toString("hex")}`;
  const { buildSync } = require("esbuild") as typeof import("esbuild"); // loaded the first time only
  buildSync({
    entryPoints: Object.fromEntries(
      Object.entries(LIBRARIES).map(([name, file]) => [file, fileURLToPath(import.meta.resolve(name))]),
    ),
    outdir: partial,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minifyWhitespace: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["ws", "isows"],
    logLevel: "silent",
  });
  try {
    renameSync(partial, directory);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(directory)) throw error;
  }
}

function versions(): string {
  const hash = createHash("sha256")
    .update(process.version)
    .update(readFileSync(new URL(import.meta.url)));
  for (const name of ["viem", "zod", "esbuild"]) hash.update(readFileSync(packageFile(name)));
  return hash.digest("hex").slice(0, 16);
}

function packageFile(name: string): string {
  return require.resolve(`${name}/package.json`);
}
