import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";
import type { OldFaults } from "./world.ts";

/*
 * `npm run simulate-faults`: many runs of the machine between layers and coordinator under faults, or one again by its
 * seed. Ends with exit code 1 if something did not hold.
 */

const FAULTS: Readonly<Record<string, OldFaults>> = {
  "half-set-back": { halfSetBack: true },
  "forgotten-letters": { forgottenLetters: true },
  impatience: { impatience: true },
};

const HELP = `npm run simulate-faults -- [options]

  --seed N      one run, made again, with what happened in it
  --runs N      runs with the seeds 1 to N (1,000)
  --layers N    layers of the tree (3)
  --steps N     steps with faults in a run (400)
  --jump P      how likely a clock is set, or a layer lies about the time, in one step (0.004)
  --calm        no block that can't be proven, and no bundle: nothing promised may be dropped
  --fault NAME  put a fault of the product back: ${Object.keys(FAULTS).join(", ")}
  --json        results as JSON
`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "1000" },
    layers: { type: "string", default: "3" },
    steps: { type: "string", default: "400" },
    jump: { type: "string", default: "0.004" },
    calm: { type: "boolean", default: false },
    fault: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function main(): number {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const faults = values.fault === undefined ? {} : FAULTS[values.fault];
  if (faults === undefined) {
    process.stderr.write(`There is no fault ${values.fault}. Use one of: ${Object.keys(FAULTS).join(", ")}.\n`);
    return 2;
  }
  const options = {
    layers: Number(values.layers),
    steps: Number(values.steps),
    jump: Number(values.jump),
    isProvable: values.calm,
    hasBundles: !values.calm,
    faults,
  };
  return values.seed === undefined ? runMany(options) : runOnce(Number(values.seed), options);
}

type Options = Omit<Parameters<typeof simulate>[0], "seed">;

function runOnce(seed: number, options: Options): number {
  const { trace, ...result } = simulate({ ...options, seed });
  if (values.json) process.stdout.write(`${JSON.stringify({ ...result, trace })}\n`);
  else process.stdout.write(`${[...trace, JSON.stringify(result, null, 2)].join("\n")}\n`);
  return result.problems.length === 0 ? 0 : 1;
}

function runMany(options: Options): number {
  const runs = Number(values.runs);
  const sum = { runs, steps: 0, promised: 0, epochs: 0, setBacks: 0, failed: 0 };
  for (let seed = 1; seed <= runs; seed++) {
    const { problems, trace: _, ...result } = simulate({ ...options, seed });
    for (const name of ["steps", "promised", "epochs", "setBacks"] as const) sum[name] += result[name];
    if (problems.length === 0) continue;
    sum.failed += 1;
    process.stderr.write(`seed ${seed}: ${problems.join("; ")}\n`);
  }
  const { steps, promised, epochs, setBacks, failed } = sum;
  const text = `${runs} runs, ${steps} steps: ${promised} promises, ${epochs} epochs, ${setBacks} set-backs, ${failed} runs in which something did not hold`;
  process.stdout.write(`${values.json ? JSON.stringify(sum) : text}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
