import { type Chart, chartsToSvg, type Series } from "./chart.ts";
import { regularTree } from "./layerTree.ts";
import type { Model } from "./model.ts";
import { type EpochFigures, type EpochOptions, simulateEpoch, validate } from "./simulateEpoch.ts";

/** The parameters that are constant along the curves. */
export type PlotOptions = Omit<EpochOptions, "tree" | "workers"> & {
  readonly children: number;
  readonly blocksPerLayer: number;
  /** The greatest number of layers. */
  readonly layers: number;
};

const COLOURS = ["#4053d3", "#ddb310", "#b51d14", "#00beff", "#00b25d", "#fb49b0"];
const BLACK = "#222";

/**
 * Draws two charts: an epoch's latency for several numbers of workers together with the measured epochs, and a layer's
 * share of the cost.
 */
export function plotSimulation(model: Model, options: PlotOptions): string {
  const { layers: most, children, blocksPerLayer, ...rest } = options;
  const counts = logSteps(most);
  const at = (layers: number, workers: number): EpochFigures =>
    simulateEpoch(model, { ...rest, workers, tree: regularTree({ layers, children, blocks: blocksPerLayer }) });
  const workerCounts = [1, 10, 100, 1_000, 10_000].filter((workers) => workers === 1 || workers <= most);
  const alone = counts.map((layers) => at(layers, layers));

  const latency: Chart = {
    title: "From the end of an epoch to L1",
    xLabel: "layers",
    yLabel: "seconds",
    series: [
      ...workerCounts.map(
        (workers, i): Series => ({
          name: workers === 1 ? "1 worker" : `${workers.toLocaleString("en")} workers`,
          points: counts.map((layers) => [layers, at(layers, workers).latency]),
          colour: COLOURS[i]!,
        }),
      ),
      {
        name: "a worker for each layer",
        points: alone.map(({ layers, latency: seconds }) => [layers, seconds]),
        colour: BLACK,
        dashed: true,
      },
      ...measuredSeries(model),
    ],
  };
  const share: Chart = {
    title: "What one layer costs in an epoch",
    xLabel: "layers",
    yLabel: "gas, core-seconds",
    series: [
      { name: "L1 gas", points: alone.map((figures) => [figures.layers, figures.gasPerLayer]), colour: COLOURS[2]! },
      {
        name: "core-seconds of proving",
        points: alone.map((figures) => [figures.layers, figures.coreSeconds / figures.layers]),
        colour: COLOURS[0]!,
      },
    ],
  };
  return chartsToSvg([latency, share]);
}

function measuredSeries(model: Model): Series[] {
  if (model.measured.length === 0) return [];
  const points = model.measured.map((run) => {
    const { layers, measured } = validate(model, run);
    return [layers, measured] as const;
  });
  const workers = [...new Set(model.measured.map((run) => run.workers))].join(", ");
  return [{ name: `measured (workers: ${workers})`, points, colour: BLACK, marksOnly: true }];
}

/** 1, 2, 4, .. up to `most`. */
function logSteps(most: number): number[] {
  const steps: number[] = [];
  for (let layers = 1; layers < most; layers *= 2) steps.push(layers);
  return [...steps, most];
}
