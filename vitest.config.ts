import { fileURLToPath, pathToFileURL } from "node:url";
import { frond } from "@frond/language/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { bundleModules, replaceStarted } from "./packages/network/src/loader/bundleModules.ts";

/**
 * Files that prove for minutes, at low priority: they begin first, and the others run beside them. The first makes the
 * keys that `e2e` waits for.
 */
const LONGEST = [
  "maliciousLayer",
  "e2e/tree",
  "proofQueue",
  "circuits/ts/aggregate",
  "e2e/leaving",
  "e2e/upgrade",
  "e2e/follow",
  "e2e/packages",
  "e2e/conservation",
  "e2e/epochs",
  "e2e/testnet",
  "e2e/explorer",
  "docs/site",
  "packages/indexer",
  "e2e/held",
  "e2e/kills",
  "e2e/applicationProofs",
  "e2e/escape",
  "e2e/commands",
  "simulation/simulation",
  "noir/operations",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => LONGEST.findIndex((name) => moduleId.includes(name));
    const long = others.filter((file) => place(file) >= 0).sort((a, b) => place(a) - place(b));
    return [...long, ...others.filter((file) => place(file) < 0)];
  }
}

/**
 * Threads and processes that tests start run from bundles, as those of the product do, in a fraction of the time. Not
 * while somebody changes their modules.
 */
async function bundledThreads(): Promise<Plugin> {
  const bundles = process.argv.includes("run") ? await bundleModules() : undefined;
  const packages = fileURLToPath(new URL("packages/", import.meta.url));
  const bundleOf = (path: string) => bundles?.modules[pathToFileURL(path).href];
  return {
    name: "bundled-threads",
    enforce: "pre",
    transform(code, id) {
      const isSource = id.startsWith(packages) && !id.endsWith(".test.ts");
      return isSource && code.includes("import.meta.url") ? replaceStarted(code, id, bundleOf) : undefined;
    },
  };
}

export default defineConfig({
  plugins: [frond(), bundledThreads()],
  test: {
    include: [
      ".ci/*.test.mjs",
      "docs/**/*.test.ts",
      "packages/**/*.test.ts",
      "apps/**/*.test.ts",
      "e2e/**/*.test.ts",
      "mutation/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    // What projects are made from runs in a project: e2e/packages.test.ts.
    exclude: ["**/node_modules/**", "packages/create-frond/templates/**"],
    pool: "forks",
    maxWorkers: 3,
    // A process of its own for each file would load the same modules again each time: a third of the time of all small
    // tests.
    isolate: false,
    // WebAssembly that tests load (Noir, curves) runs for seconds: optimizing it takes longer than it saves.
    execArgv: ["--liftoff-only"],
    sequence: { sequencer: LongestFirst },
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
