import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ProvenJob } from "@frond/network";
import type { Section } from "../report.ts";
import { runEpoch } from "./runEpoch.ts";

const LAYERS = [1, 2, 4, 8, 16];
/** Where one worker is compared with two. */
const COMPARED = 4;
const MODEL = fileURLToPath(new URL("../../model.json", import.meta.url));

type Run = {
  readonly layers: number;
  readonly workers: number;
  readonly wallSeconds: number;
  readonly proofs: number;
  readonly gasUsed: number;
  readonly parents: readonly (number | null)[];
  readonly jobs: readonly ProvenJob[];
};

/**
 * Whole epochs of trees of several sizes, each settled on a local L1 by real proofs; what a layer costs, and what L1
 * pays.
 */
export const tree: Section = {
  name: "tree",
  noSmallForm: "it starts six networks to compare; `proving` settles an epoch on such a network",
  async run(progress) {
    const measure = async (layers: number, workers: number): Promise<Run> => {
      progress(`${layers} layers, ${workers === 1 ? "one worker" : `${workers} workers`}`);
      const { settled, seconds, parents, jobs } = await runEpoch({ layers, workers }, progress);
      const { proofs, gasUsed } = settled;
      progress(`${layers} layers: ${round(seconds)} s, ${proofs} proofs, ${gasUsed} gas`);
      return { layers, workers, wallSeconds: round(seconds), proofs, gasUsed, parents, jobs };
    };
    const runs: Run[] = [];
    for (const layers of LAYERS) runs.push(await measure(layers, 1));
    const two = await measure(COMPARED, 2);
    const of = (layers: number) => runs.find((run) => run.layers === layers)!;
    const line = fit(runs.filter(({ layers }) => layers > 1).map(({ layers, wallSeconds }) => [layers, wallSeconds]));
    keep([...runs, two]);
    return [
      {
        name: "L1 gas of settling 8 layers / 1, data in a blob",
        value: of(8).gasUsed / of(1).gasUsed,
        unit: "x",
        target: { bound: 1.1, direction: "at most" },
        details: {
          "gas, 1 layer": of(1).gasUsed,
          "gas, 8 layers": of(8).gasUsed,
          "gas a layer, 16 layers": of(16).gasUsed / 16,
        },
      },
      {
        name: "seconds a layer, 16 layers / 2 layers",
        value: of(16).wallSeconds / 16 / (of(2).wallSeconds / 2),
        unit: "x",
        details: Object.fromEntries([
          ...runs.map(({ layers, wallSeconds, proofs }) => [
            `${layers} layers, ${proofs} proofs: seconds a layer`,
            wallSeconds / layers,
          ]),
          ["fitted: seconds of an epoch", line.intercept],
          ["fitted: seconds of a layer more", line.slope],
        ]),
      },
      {
        name: `two workers / one, ${COMPARED} layers, two cores`,
        value: two.wallSeconds / of(COMPARED).wallSeconds,
        unit: "x",
        details: { "one worker (s)": of(COMPARED).wallSeconds, "two workers (s)": two.wallSeconds },
      },
    ];
  },
};

/** Least squares. */
function fit(points: readonly (readonly number[])[]): { readonly slope: number; readonly intercept: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([a]) => a!));
  const y = mean(points.map(([, b]) => b!));
  const slope =
    points.reduce((sum, [a, b]) => sum + (a! - x) * (b! - y), 0) / points.reduce((sum, [a]) => sum + (a! - x) ** 2, 0);
  return { slope, intercept: y - slope * x };
}

const EPOCH_OVERHEAD = 1;

/** Fits the model of `frond simulate` to the runs below 16 layers, and keeps all of them to check it against. */
function keep(runs: readonly Run[]): void {
  const model = JSON.parse(readFileSync(MODEL, "utf8"));
  const single = runs.filter(({ workers, layers }) => workers === 1 && layers < 16);
  const mean = (values: readonly number[]) =>
    round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
  const jobs = single.flatMap((run) => run.jobs);
  const secondsOf = (kind: ProvenJob["kind"], circuit?: string) =>
    mean(
      jobs
        .filter((job) => job.kind === kind && (circuit === undefined || job.circuit === circuit))
        .map(({ seconds }) => seconds),
    );
  const overheads = single.map(
    (run) => (run.wallSeconds - EPOCH_OVERHEAD - run.jobs.reduce((sum, { seconds }) => sum + seconds, 0)) / run.proofs,
  );
  const fitted = {
    ...model,
    seconds: {
      ...model.seconds,
      block: { ...model.seconds.block, notes: { seconds: secondsOf("block"), transactions: 16 } },
      aggregate: {
        "1": secondsOf("aggregate", "aggregate-1"),
        "2": secondsOf("aggregate", "aggregate-2"),
        "4": secondsOf("aggregate", "aggregate-4"),
      },
      settlement: secondsOf("settlement"),
      jobOverhead: Math.max(0, mean(overheads)),
      epochOverhead: EPOCH_OVERHEAD,
    },
    gas: { ...model.gas, epoch: Math.round(mean(runs.map(({ gasUsed }) => gasUsed))) },
    measured: runs.map(({ parents, workers, wallSeconds, gasUsed }) => ({
      parents,
      blocks: parents.map(() => 1),
      size: "notes",
      workers,
      seconds: wallSeconds,
      gasUsed,
      items: 0,
    })),
  };
  writeFileSync(MODEL, `${JSON.stringify(fitted, undefined, 2)}\n`);
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
