import { fileURLToPath } from "node:url";
import { aggregatesOf, type KnownLayer, planTree } from "@frond/settlement";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateSeconds } from "./estimate.ts";
import { createHeap } from "./heap.ts";
import { type LayerTree, levelsOf, regularTree } from "./layerTree.ts";
import { type Model, ModelError, parseModel, readModel } from "./model.ts";
import { JobKind, type Jobs, planJobs } from "./planJobs.ts";
import { plotSimulation } from "./plotSimulation.ts";
import { runJobs } from "./runJobs.ts";
import { simulateEpoch, validate } from "./simulateEpoch.ts";

const model: Model = {
  machine: "none",
  coresPerWorker: 2,
  seconds: {
    block: { small: { seconds: 5, transactions: 16 } },
    aggregate: { "1": 9, "2": 17, "4": 36 },
    settlement: 9,
    jobOverhead: 1,
    epochOverhead: 3,
  },
  gas: { epoch: 850_000, item: 1_600 },
  measured: [],
};
const options = { size: "small", items: 10, dollarsPerCoreHour: 0.5 };

/** Trees of at most 12 layers with at least one block. */
const trees: fc.Arbitrary<LayerTree> = fc
  .array(fc.tuple(fc.nat(), fc.nat(3)), { minLength: 1, maxLength: 12 })
  .map((layers) => ({
    parents: layers.map(([place], i) => (i === 0 ? null : place % i)),
    blocks: layers.map(([, blocks]) => blocks),
  }))
  .filter(({ blocks }) => blocks.some((count) => count > 0));

/** Counts the jobs by their cost. */
function tally(costs: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const cost of costs) counts[cost] = (counts[cost] ?? 0) + 1;
  return counts;
}

describe("the proofs of an epoch", () => {
  it("are those that settlement's planner plans", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const { kinds, seconds } = planJobs(tree, model, "small");
        const planned = tally(seconds.filter((_, job) => kinds[job] === JobKind.aggregate).map((cost) => cost - 1));
        const layers = tree.parents.map((parent, i) => ({
          layerId: BigInt(i + 1),
          config: { parentId: parent === null ? 0n : BigInt(parent + 1), index: BigInt(i) },
        }));
        const content = {
          layers: new Map(layers.map((layer) => [layer.layerId, layer as unknown as KnownLayer])),
          blocks: new Map(
            tree.blocks.map((count, i) => [BigInt(i + 1), Array.from({ length: count }, (_, n) => n + 1)]),
          ),
          registrations: [],
          upgrades: [],
          freezes: [],
        };
        const costs = new Map([
          [1, 9],
          [2, 17],
          [4, 36],
        ]);
        const real = aggregatesOf(planTree(content, 1n, costs)!).map(({ arity }) => costs.get(arity)!);
        expect(planned).toEqual(tally(real));
      }),
      { numRuns: 300 },
    );
  });

  it("take ceil((n - 1) / (k - 1)) aggregates where one arity folds n blocks", () => {
    const binary = { ...model, seconds: { ...model.seconds, aggregate: { "2": 17 } } };
    for (const blocks of [2, 3, 7, 16, 300, 1_000]) {
      const { kinds } = planJobs(regularTree({ layers: 1, children: 1, blocks }), binary, "small");
      expect(kinds.filter((kind) => kind === JobKind.aggregate).length).toBe(blocks - 1);
    }
  });
});

describe("the schedule", () => {
  it("lies between the lower bound of any schedule and the upper bound of greedy ones", () => {
    fc.assert(
      fc.property(trees, fc.integer({ min: 1, max: 8 }), (tree, workers) => {
        const { seconds, workSeconds, pathSeconds } = runJobs(planJobs(tree, model, "small"), workers);
        expect(seconds).toBeGreaterThanOrEqual(Math.max(workSeconds / workers, pathSeconds) - 1e-9);
        expect(seconds).toBeLessThanOrEqual(workSeconds / workers + pathSeconds * (1 - 1 / workers) + 1e-9);
      }),
    );
  });

  it("plans a layer of more blocks than a call takes as arguments", () => {
    const { kinds } = planJobs(regularTree({ layers: 2, children: 1, blocks: 200_000 }), model, "small");
    expect(kinds.filter((kind) => kind === JobKind.block)).toHaveLength(400_000);
  });

  it("runs jobs one by one with one worker, and waits only for inputs with many", () => {
    const jobs = planJobs(regularTree({ layers: 20, children: 4, blocks: 2 }), model, "small");
    const alone = runJobs(jobs, 1);
    expect(alone.seconds).toBeCloseTo(alone.workSeconds);
    const many = runJobs(jobs, 1_000);
    expect(many.seconds).toBeCloseTo(many.pathSeconds);
  });

  it("prefers the job nearest to the settlement", () => {
    // Two blocks make an aggregate, and a third block waits. With one worker, the aggregate starts before the third
    // block.
    const jobs: Jobs = {
      kinds: [2, 2, 2, 1, 0],
      seconds: [1, 1, 10, 5, 1],
      consumers: [3, 3, 4, 4, -1],
      inputs: [0, 0, 0, 2, 2],
    };
    expect(runJobs(jobs, 1).seconds).toBe(18);
    expect(runJobs(jobs, 2).seconds).toBe(12);
  });

  it("takes numbers out of its heap in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = createHeap((a, b) => a - b);
        for (const number of numbers) heap.push(number);
        expect(Array.from(numbers, () => heap.pop())).toEqual([...numbers].sort((a, b) => a - b));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe("an epoch", () => {
  it("of one layer is counted by hand", () => {
    const tree = regularTree({ layers: 1, children: 1, blocks: 2 });
    expect(simulateEpoch(model, { ...options, tree, workers: 1 })).toMatchObject({
      blocks: 2,
      aggregates: 1,
      transactions: 32,
      // Two blocks, an aggregate and the settlement, each with the job overhead, plus the epoch overhead.
      latency: 6 + 6 + 18 + 10 + 3,
      closedForm: 43,
      coreSeconds: 80,
      dollars: (80 / 3_600) * 0.5,
      gas: 866_000,
      gasPerLayer: 866_000,
    });
    expect(simulateEpoch(model, { ...options, tree, workers: 2 }).latency).toBe(37);
  });

  it("of 100,000 servers is simulated in seconds", () => {
    const tree = regularTree({ layers: 100_000, children: 16, blocks: 1 });
    expect(levelsOf(tree)).toBe(6);
    const figures = simulateEpoch(model, { ...options, tree, workers: 100_000 });
    expect(figures.blocks).toBe(100_000);
    expect(figures.latency).toBeLessThan(1_000);
    expect(figures.gasPerLayer).toBeLessThan(10);
  });

  it("takes less gas a layer the more layers there are, and never more than 256 items", () => {
    const gas = (layers: number, items: number) =>
      simulateEpoch(model, { ...options, items, workers: 4, tree: regularTree({ layers, children: 4, blocks: 1 }) });
    expect(gas(16, 10).gas).toBe(gas(2, 10).gas);
    expect(gas(16, 10).gasPerLayer).toBe(gas(2, 10).gasPerLayer / 8);
    expect(gas(16, 1_000).gas).toBe(gas(16, 256).gas);
  });

  it("has a closed form near the simulation where the tree is regular", () => {
    for (const workers of [1, 4, 64]) {
      const tree = regularTree({ layers: 1, children: 1, blocks: 64 });
      const { latency } = simulateEpoch(model, { ...options, tree, workers });
      const closed = estimateSeconds(model, { blocks: 64, size: "small", workers });
      expect(Math.abs(closed - latency) / latency).toBeLessThan(0.25);
    }
  });
});

describe("the model", () => {
  it("is compared with measured epochs", () => {
    const run = {
      parents: [null, 0],
      blocks: [1, 1],
      size: "small",
      workers: 1,
      seconds: 40,
      gasUsed: 866_000,
      items: 10,
    };
    expect(validate(model, run)).toMatchObject({ layers: 2, measured: 40, simulated: 43, error: 3 / 40, gasError: 0 });
  });

  it("is in the repository", () => {
    expect(
      readModel(fileURLToPath(new URL("../../../../bench/model.json", import.meta.url))).coresPerWorker,
    ).toBeGreaterThan(0);
  });

  it("is validated", () => {
    expect(() => parseModel({ ...model, gas: { epoch: -1, item: 0 } })).toThrow(ModelError);
    expect(() => readModel("/nowhere.json")).toThrow(
      "Measure a model with `npm run bench -- tree`, or name another file with --model.",
    );
  });
});

it("draws both charts, with every series named", () => {
  const measured = [{ parents: [null, 0], blocks: [1, 1], size: "small", workers: 1, seconds: 40 }];
  const svg = plotSimulation({ ...model, measured }, { ...options, children: 4, blocksPerLayer: 1, layers: 1_000 });
  for (const text of [
    "1 worker<",
    "1,000 workers<",
    "a worker for each layer<",
    "measured (workers: 1)<",
    ">layers<",
    ">seconds<",
    "L1 gas<",
  ]) {
    expect(svg).toContain(text);
  }
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg.match(/<polyline/g)).toHaveLength(7);
});
