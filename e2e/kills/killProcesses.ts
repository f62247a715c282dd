import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type KillResult, runKills } from "./runKills.ts";

/*
 * `npm run kill-processes`: kills processes of a four-layer network at random moments while clients use it, and audits
 * what was promised. Ends with exit code 1 if something does not hold; then the data directory is kept.
 */

const HELP = `npm run kill-processes -- [options]

  --kills N          how often processes are killed with SIGKILL (30)
  --seed N           chooses victims, moments and what clients do (1)
  --epoch-seconds N  seconds after which an epoch with a block ends (4)
  --timeout MS       milliseconds that the end of an epoch waits for a layer (1500)
  --data DIRECTORY   an empty directory for the network and the logs of its processes, which is kept
  --json             the result as a line of JSON on stdout, progress on stderr
`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    "epoch-seconds": { type: "string", default: "4" },
    timeout: { type: "string", default: "1500" },
    data: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const started = Date.now();
  const dataDirectory = values.data ?? mkdtempSync(join(tmpdir(), "frond-kills-"));
  mkdirSync(dataDirectory, { recursive: true });
  const progress = values.json ? process.stderr : process.stdout;
  const result = await runKills({
    dataDirectory,
    kills: Number(values.kills),
    seed: Number(values.seed),
    epochSeconds: Number(values["epoch-seconds"]),
    layerTimeoutMilliseconds: Number(values.timeout),
    onProgress: (line) => progress.write(`[${((Date.now() - started) / 1_000).toFixed(1)} s] ${line}\n`),
  });
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : textOf(result));
  const holds = result.problems.length === 0;
  if (holds && values.data === undefined) rmSync(dataDirectory, { recursive: true, force: true });
  else progress.write(`The network and its logs are in ${dataDirectory}\n`);
  return holds ? 0 : 1;
}

function textOf({ problems, ...result }: KillResult): string {
  const { promised, executed, dropped, bundles, deposits, epochs, sessions, kills } = result;
  return [
    `${kills} kills, ${epochs} epochs, ${sessions} set-backs of layers, ${result.seconds} s`,
    `${promised} promises: ${executed} executed, dropped ${JSON.stringify(dropped)}`,
    `${bundles.promised} bundles promised: ${bundles.whole} whole, ${bundles.none} not at all; ${deposits} deposits`,
    `refused: ${JSON.stringify(result.refusals)}`,
    ...result.reasons.map((reason) => `dropped: ${reason}`),
    ...problems.map((problem) => `PROBLEM ${problem}`),
    problems.length === 0 ? "Everything holds" : `${problems.length} problems`,
    "",
  ].join("\n");
}

// Whoever exits takes along the processes that it started; a signal alone would leave them.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
