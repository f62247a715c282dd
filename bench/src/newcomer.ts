import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countOnce } from "./counterCalls.ts";
import { createProject } from "./createProject.ts";
import { freePort } from "./freePort.ts";
import type { Section } from "./report.ts";
import { executable } from "./runFrond.ts";
import { startDev } from "./startDev.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A project that has been made, and the `frond` that it runs. */
type Project = { readonly project: string; readonly executable: string };
type Clock = (text: string) => void;

/**
 * Minutes from an empty folder to the first block on L1 with a proof, as somebody has them who comes new: nothing is in
 * Frond's cache, packages come from packed files and, those that Frond depends on, from npm's registry or its cache.
 * The small form has this repository in the place of packages, and no proofs.
 */
export const newcomer: Section = {
  name: "newcomer",
  async run(progress, form) {
    const directory = mkdtempSync(join(tmpdir(), "frond-bench-"));
    try {
      const packed = form === "full" ? await pack(directory, progress) : undefined;
      const { clock, details } = stopwatch(progress);
      const { project, executable } =
        packed === undefined ? createHere(directory, clock) : await install(packed, clock);
      const isProven = packed !== undefined;
      await firstBlock({ project, executable }, { isProven, cache: join(directory, "cache"), clock, progress });
      const seconds = details();
      const total = Object.values(seconds).reduce((sum, part) => sum + part, 0);
      return [
        {
          name: `minutes from an empty folder to a first ${isProven ? "proven" : "unproven"} block`,
          value: total / 60,
          unit: "minutes",
          details: seconds,
        },
      ];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/** Measures steps; each begins when the one before has ended. */
function stopwatch(progress: (text: string) => void) {
  const begun: { readonly step: string; readonly at: number }[] = [];
  return {
    clock(step: string) {
      begun.push({ step, at: performance.now() });
      progress(step);
    },
    details(): Record<string, number> {
      const ends = [...begun.slice(1).map(({ at }) => at), performance.now()];
      return Object.fromEntries(begun.map(({ step, at }, i) => [`${step} (s)`, (ends[i]! - at) / 1_000]));
    },
  };
}

function createHere(directory: string, clock: Clock): Project {
  clock("create-frond");
  return { project: createProject(directory), executable };
}

type Packed = { readonly directory: string; readonly frond: string; readonly create: string };

/** What is published, packed; that is no part of what somebody waits for. */
async function pack(directory: string, progress: (text: string) => void): Promise<Packed> {
  progress("packing what is published");
  const folder = join(directory, "packed");
  await run(process.execPath, ["--import", "tsx", join(root, "packages/frond/build/main.ts"), folder], root);
  const { version } = JSON.parse(readFileSync(join(folder, "frond/package.json"), "utf8"));
  const [frond, create] = ["frond", "create-frond"].map((name) => join(folder, `${name}-${version}.tgz`));
  return { directory, frond: frond!, create: create! };
}

async function install({ directory, frond, create }: Packed, clock: Clock): Promise<Project> {
  clock("npm create");
  const created = ["exec", "--yes", "--package", create, "--", "create-frond", "project", "--frond", `file:${frond}`];
  await run("npm", created, directory);
  const project = join(directory, "project");
  clock("npm install");
  await run("npm", ["install", "--no-audit", "--no-fund"], project);
  return { project, executable: join(project, "node_modules/frond/dist/packages/cli/bin/frond.mjs") };
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  await promisify(execFile)(program, args, { cwd, env, maxBuffer: 64e6 });
}

type FirstBlock = {
  readonly isProven: boolean;
  readonly cache: string;
  readonly clock: Clock;
  readonly progress: (text: string) => void;
};

/** Starts the project's network, calls its application, and waits until L1 has the block. */
async function firstBlock(
  { project, executable }: Project,
  { isProven, cache, clock, progress }: FirstBlock,
): Promise<void> {
  const port = await freePort();
  const proofs = isProven ? ["--prove", "always", "--cache", cache] : [];
  clock("until the network answers");
  const dev = startDev({ project, executable, args: ["--port", String(port), ...proofs], progress });
  try {
    await dev.event("ready");
    clock("until L1 has the first call's block");
    await countOnce(`http://127.0.0.1:${port}`, 0);
    await dev.event("epoch");
  } finally {
    await dev.stop();
  }
}
