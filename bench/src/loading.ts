import { execFileSync } from "node:child_process";
import type { Section } from "./report.ts";
import { percentile } from "./submitSwaps.ts";

const ROUNDS = 5;
const packages = new URL("../../packages/", import.meta.url);
const layer = new URL("network/src/layers/layerProcess.ts", packages).href;
const loader = new URL("network/src/loader/register.mjs", packages).href;

/** Seconds of a core until a process has loaded all that a layer needs. */
export const loading: Section = {
  name: "loading",
  noSmallForm: "it is about all modules of a layer, which take seconds to load each time",
  async run(progress) {
    const bundled = () => seconds(`await import(${JSON.stringify(loader)});`);
    progress("the bundles, once");
    bundled();
    const rounds = Array.from({ length: ROUNDS }, (_, round) => {
      progress(`round ${round + 1} of ${ROUNDS}`);
      return { bundles: bundled(), modules: seconds("", ["--import", "tsx"]) };
    });
    const bundles = medianOf(rounds.map((round) => round.bundles));
    const modules = medianOf(rounds.map((round) => round.modules));
    return [
      {
        name: "a layer's process that loads modules / that loads bundles",
        value: modules / bundles,
        unit: "x of CPU",
        details: { "modules (s of a core)": modules, "bundles (s of a core)": bundles },
      },
    ];
  },
};

function seconds(before: string, options: readonly string[] = []): number {
  const script = `${before} await import(${JSON.stringify(layer)});
    const { user, system } = process.cpuUsage();
    console.log((user + system) / 1e6);
    process.exit();`;
  const cwd = new URL("..", packages);
  const args = [...options, "--input-type=module", "-e", script];
  return Number(execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
}

const medianOf = (values: readonly number[]): number =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
