import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "@frond/foundation";
import { countOnce, simulateCount } from "./counterCalls.ts";
import { createProject } from "./createProject.ts";
import { freePort } from "./freePort.ts";
import type { Figure, Form, Section } from "./report.ts";
import { executable } from "./runFrond.ts";
import { type DevProcess, startDev } from "./startDev.ts";
import { percentile } from "./submitSwaps.ts";

type State = "fresh" | "kept";

/** The small form leaves out the kept state: each state is a network of its own. */
const MEASURED: Readonly<Record<Form, { readonly edits: number; readonly states: readonly State[] }>> = {
  full: { edits: 10, states: ["fresh", "kept"] },
  small: { edits: 1, states: ["fresh"] },
};
/** What the counter of `create-frond` says to a call that adds nothing. */
const MESSAGE = "nothing to add";
const LOOK_MILLISECONDS = 10;

/**
 * Seconds from saving a file of an application until the changed application answers, by `frond dev` without proofs;
 * somebody calls before each change, so that a kept state has something to keep.
 */
export const developing: Section = {
  name: "developing",
  async run(progress, form) {
    const { edits, states } = MEASURED[form];
    const directory = mkdtempSync(join(tmpdir(), "frond-bench-"));
    try {
      const project = createProject(directory);
      const figures: Figure[] = [];
      for (const state of states) figures.push(await measure({ project, edits, state, progress }));
      return figures;
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

type Measuring = {
  readonly project: string;
  readonly edits: number;
  readonly state: State;
  readonly progress: (text: string) => void;
};

async function measure({ project, edits, state, progress }: Measuring): Promise<Figure> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ["--port", String(port), ...(state === "kept" ? ["--keep"] : [])];
  const file = join(project, "application.ts");
  const original = readFileSync(file, "utf8");
  const dev = startDev({ project, executable, args, progress });
  try {
    const seconds: number[] = [];
    await dev.event("ready");
    for (let edit = 1; edit <= edits; edit++) {
      progress(`edit ${edit} of ${edits}, ${state} state`);
      await countOnce(url, state === "kept" ? edit - 1 : 0);
      const message = `${MESSAGE}: edit ${edit}`;
      const saved = performance.now();
      writeFileSync(file, original.replace(MESSAGE, message));
      await answers(dev, { url, message });
      seconds.push((performance.now() - saved) / 1_000);
      await dev.event("ready");
    }
    return figureOf(state, seconds);
  } finally {
    writeFileSync(file, original);
    await dev.stop();
  }
}

/** Waits until the layer refuses a call that adds nothing with the message of the changed application. */
async function answers(dev: DevProcess, { url, message }: { readonly url: string; readonly message: string }) {
  while (!(await simulateCount(url, 0n)).includes(message)) {
    dev.requireRunning();
    await sleep(LOOK_MILLISECONDS);
  }
}

function figureOf(state: State, seconds: readonly number[]): Figure {
  const sorted = seconds.toSorted((a, b) => a - b);
  return {
    name: `seconds from saving a file to the changed application's answer, ${state} state`,
    value: percentile(sorted, 0.5),
    unit: "s",
    details: { edits: seconds.length, "fastest (s)": sorted[0]!, "slowest (s)": sorted.at(-1)! },
  };
}
