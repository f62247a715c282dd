import { LIST_CAPACITY } from "@frond/protocol";
import { estimateSeconds } from "./estimate.ts";
import { type LayerTree, levelsOf } from "./layerTree.ts";
import type { MeasuredRun, Model } from "./model.ts";
import { planJobs } from "./planJobs.ts";
import { runJobs } from "./runJobs.ts";

export type EpochOptions = {
  readonly tree: LayerTree;
  /** The name of every block's size. */
  readonly size: string;
  readonly workers: number;
  /** The number of items in the settlement list. The list has 256 places for any number of layers. */
  readonly items: number;
  readonly dollarsPerCoreHour: number;
};

/** The figures of one epoch from its end to L1. All times are in seconds. */
export type EpochFigures = {
  readonly layers: number;
  readonly levels: number;
  readonly workers: number;
  readonly blocks: number;
  readonly aggregates: number;
  readonly transactions: number;
  readonly latency: number;
  /** The latency by the closed form. */
  readonly closedForm: number;
  /** Lower bounds for any schedule: the work divided evenly among the workers, and the longest chain of proofs. */
  readonly workBound: number;
  readonly pathBound: number;
  /** The share of the workers' time that they spend on proofs. */
  readonly utilisation: number;
  /** Assumes that epochs follow each other without a gap: the next epoch is open while one is proven. */
  readonly transactionsPerSecond: number;
  readonly coreSeconds: number;
  readonly dollars: number;
  readonly gas: number;
  readonly gasPerLayer: number;
  readonly gasPerTransaction: number;
};

export function simulateEpoch(model: Model, options: EpochOptions): EpochFigures {
  const { tree, size, workers, dollarsPerCoreHour } = options;
  const { epochOverhead, block } = model.seconds;
  const run = runJobs(planJobs(tree, model, size), workers);
  const layers = tree.blocks.length;
  const { blocks, aggregates } = run.counts;
  const latency = run.seconds + epochOverhead;
  const transactions = blocks * block[size]!.transactions;
  const coreSeconds = run.workSeconds * model.coresPerWorker;
  const gas = model.gas.epoch + Math.min(options.items, LIST_CAPACITY) * model.gas.item;
  return {
    layers,
    levels: levelsOf(tree),
    workers,
    blocks,
    aggregates,
    transactions,
    latency,
    closedForm: estimateSeconds(model, { blocks, size, workers }),
    workBound: run.workSeconds / workers + epochOverhead,
    pathBound: run.pathSeconds + epochOverhead,
    utilisation: run.workSeconds / (workers * run.seconds),
    transactionsPerSecond: transactions / latency,
    coreSeconds,
    dollars: (coreSeconds / 3_600) * dollarsPerCoreHour,
    gas,
    gasPerLayer: gas / layers,
    gasPerTransaction: gas / transactions,
  };
}

/** A measured epoch beside its simulation. Times are in seconds. */
export type Validation = {
  readonly layers: number;
  readonly blocks: number;
  readonly workers: number;
  readonly measured: number;
  readonly simulated: number;
  readonly closedForm: number;
  /** (simulated - measured) / measured */
  readonly error: number;
  readonly gasError: number | undefined;
};

export function validate(
  model: Model,
  { parents, blocks, size, workers, seconds, gasUsed, items = 0 }: MeasuredRun,
): Validation {
  const figures = simulateEpoch(model, { tree: { parents, blocks }, size, workers, items, dollarsPerCoreHour: 0 });
  return {
    layers: figures.layers,
    blocks: figures.blocks,
    workers,
    measured: seconds,
    simulated: figures.latency,
    closedForm: figures.closedForm,
    error: (figures.latency - seconds) / seconds,
    gasError: gasUsed === undefined ? undefined : (figures.gas - gasUsed) / gasUsed,
  };
}
