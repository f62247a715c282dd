import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { regularTree } from "../simulate/layerTree.ts";
import { type Model, readModel } from "../simulate/model.ts";
import { plotSimulation } from "../simulate/plotSimulation.ts";
import { type EpochFigures, simulateEpoch, type Validation, validate } from "../simulate/simulateEpoch.ts";
import { formatFields, formatTable, printResult } from "../terminal/output.ts";
import { wholeNumber } from "./options.ts";

const MEASURED = fileURLToPath(new URL("../../../../bench/model.json", import.meta.url));

/** Of all layers together; so many take some ten seconds and 0.8 GB. A plot simulates twelve times as many. */
const MOST_BLOCKS = 2_000_000;
const MOST_PLOTTED_BLOCKS = 200_000;
/** To where a plot goes at least. */
const PLOTTED_LAYERS = 100_000;

type Options = {
  layers: number;
  workers?: number;
  servers?: number;
  blocks: number;
  size?: string;
  children: number;
  items: number;
  coreHour: string;
  model: string;
  plot?: string;
};

/** `frond simulate`: what an epoch of a tree of any size would take, from measured proving times. */
export function simulateCommand(): Command {
  return withCommonOptions(new Command("simulate"))
    .description("model an epoch of a tree of any size: latency, workers, cost, gas on L1")
    .option("--layers <n>", "layers that move in the epoch", wholeNumber(1), 1_000)
    .option("--workers <n>", "proofs made at a time; by default one for each layer", wholeNumber(1))
    .option("--servers <n>", "so many machines instead: each runs a layer and makes proofs", wholeNumber(1))
    .option("--blocks <n>", "blocks of each layer in the epoch", wholeNumber(1), 1)
    .option("--size <name>", "of every block; by default the smallest of the model")
    .option("--children <n>", "layers below each layer at most", wholeNumber(1), 16)
    .option("--items <n>", "deposits and withdrawals of the epoch, at most 256", wholeNumber(0), 64)
    .option("--core-hour <dollars>", "what a core costs an hour", "0.04")
    .option("--model <file>", "measured times", MEASURED)
    .option("--plot <file>", "write a chart as SVG")
    .action((_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<Options>();
      const model = readModel(resolve(options.model));
      const size = sizeOf(model, options.size);
      const layers = options.servers ?? options.layers;
      requireSize(layers, options);
      const dollarsPerCoreHour = dollarsOf(options.coreHour);
      const common = { size, items: options.items, dollarsPerCoreHour };
      const { children, blocks } = options;
      const figures = simulateEpoch(model, {
        ...common,
        workers: options.workers ?? layers,
        tree: regularTree({ layers, children, blocks }),
      });
      const validations = model.measured.map((run) => validate(model, run));
      if (options.plot !== undefined) {
        const most = Math.max(layers, Math.min(PLOTTED_LAYERS, Math.floor(MOST_PLOTTED_BLOCKS / blocks)));
        const svg = plotSimulation(model, { ...common, children, blocksPerLayer: blocks, layers: most });
        mkdirSync(dirname(resolve(options.plot)), { recursive: true });
        writeFileSync(resolve(options.plot), svg);
      }
      printResult(
        settings,
        { machine: model.machine, size, ...figures, validation: validations, plot: options.plot ?? null },
        [describeFigures(figures, { size, dollarsPerCoreHour }), "", ...describeValidations(validations)].join("\n"),
      );
    });
}

/** Refuses what would take minutes, or more memory than there is. @throws UsageError */
function requireSize(layers: number, { blocks, plot }: Pick<Options, "blocks" | "plot">): void {
  const most = plot === undefined ? MOST_BLOCKS : MOST_PLOTTED_BLOCKS;
  if (layers * blocks <= most) return;
  const shown = (count: number) => count.toLocaleString("en");
  const what = `${shown(layers)} layers of ${shown(blocks)} ${blocks === 1 ? "block" : "blocks"} each`;
  const plotted = plot === undefined ? "" : " with --plot, which simulates many trees";
  throw new UsageError(
    `${what} are too many to simulate one by one: the most is ${shown(most)} blocks in all${plotted}. Give fewer with --layers, --servers or --blocks; beyond that, time and cost grow in proportion.`,
    { layers, blocks, most },
  );
}

function sizeOf({ seconds }: Model, name: string | undefined): string {
  const known = Object.keys(seconds.block);
  const chosen = name ?? known[0]!;
  if (known.includes(chosen)) return chosen;
  throw new UsageError(`The model has no block size ${chosen}. Use one of ${known.join(", ")}.`, { name: chosen });
}

function dollarsOf(text: string): number {
  const dollars = Number(text);
  if (Number.isFinite(dollars) && dollars >= 0) return dollars;
  throw new UsageError(`A core's hour costs ${JSON.stringify(text)}. Give dollars, such as 0.04.`, { text });
}

function describeFigures(
  figures: EpochFigures,
  { size, dollarsPerCoreHour }: { readonly size: string; readonly dollarsPerCoreHour: number },
): string {
  const { layers, levels, workers, blocks, aggregates, transactions } = figures;
  const perEpoch = `$${figures.dollars.toFixed(2)} an epoch at $${dollarsPerCoreHour} a core-hour`;
  const dollars = `${perEpoch}, $${(figures.dollars / transactions).toPrecision(2)} a transaction`;
  return formatFields({
    tree: `${whole(layers)} layers on ${levels} levels, ${whole(workers)} workers`,
    proofs: `${whole(blocks)} blocks (${size}), ${whole(aggregates)} aggregates, 1 settlement`,
    "epoch to L1": `${seconds(figures.latency)}; closed form ${seconds(figures.closedForm)}`,
    "no faster than": `${seconds(figures.workBound)} by work, ${seconds(figures.pathBound)} by the longest chain`,
    workers: `busy ${(figures.utilisation * 100).toFixed(0)} % of the time`,
    throughput: `${whole(transactions)} transactions an epoch, ${rate(figures.transactionsPerSecond)} a second if epochs follow each other`,
    proving: `${whole(figures.coreSeconds)} core-seconds: ${dollars}`,
    "L1 gas": `${whole(figures.gas)} an epoch: ${whole(figures.gasPerLayer)} a layer, ${rate(figures.gasPerTransaction)} a transaction`,
  });
}

function describeValidations(validations: readonly Validation[]): string[] {
  if (validations.length === 0) return ["The model was not compared with measured epochs: it has none."];
  const percent = (part: number | undefined) =>
    part === undefined ? "" : `${part < 0 ? "" : "+"}${(part * 100).toFixed(1)} %`;
  const rows = validations.map((run) => [
    String(run.layers),
    String(run.blocks),
    String(run.workers),
    seconds(run.measured),
    seconds(run.simulated),
    percent(run.error),
    seconds(run.closedForm),
    percent(run.gasError),
  ]);
  const worst = Math.max(...validations.map(({ error }) => Math.abs(error)));
  return [
    formatTable([
      ["layers", "blocks", "workers", "measured", "simulated", "error", "closed form", "gas error"],
      ...rows,
    ]),
    `largest error ${(worst * 100).toFixed(1)} %`,
  ];
}

function seconds(value: number): string {
  if (value < 120) return `${value.toFixed(1)} s`;
  return value < 7_200 ? `${(value / 60).toFixed(1)} min` : `${(value / 3_600).toFixed(1)} h`;
}

function rate(value: number): string {
  return value < 1_000 ? String(Number(value.toPrecision(3))) : whole(value);
}

function whole(value: number): string {
  return value < 10 && !Number.isInteger(value) ? rate(value) : Math.round(value).toLocaleString("en");
}
