import { createShapes } from "@frond/settlement";
import type { LayerTree } from "./layerTree.ts";
import type { Model } from "./model.ts";

/** In the order in which they start when several can: what is nearest to the settlement first, as in the queue. */
export const JobKind = { settlement: 0, aggregate: 1, block: 2 } as const;

/**
 * The proofs of an epoch. Each is an input of exactly one other, but for the settlement, which is the last: so they are a tree, kept as lists by number,
 * every job after its inputs.
 */
export type Jobs = {
  readonly kinds: number[];
  readonly seconds: number[];
  /** The job that each is an input of; -1 for the settlement. */
  readonly consumers: number[];
  readonly inputs: number[];
};

/** Folds of more steps than this are split first: the search for the cheapest shape takes the square of their number. */
const MOST_STEPS = 256;

/**
 * The proofs that an epoch of a tree needs (docs/protocol.md 6), folded as `planTree` of settlement folds: own blocks first, then for each child its blocks, or its aggregate if the child has something below it. (Here
 * for trees of any size: the planner itself works on the layers of a network.)
 */
export function planJobs(tree: LayerTree, model: Model, size: string): Jobs {
  const { seconds } = model;
  const jobs: Jobs = { kinds: [], seconds: [], consumers: [], inputs: [] };
  const costs = new Map(Object.entries(seconds.aggregate).map(([arity, cost]) => [Number(arity), cost]));
  const shapeOf = createShapes(costs);
  const arities = [...costs.keys()].sort((a, b) => a - b);
  const widest = arities.at(-1)!;
  const blockSeconds = seconds.block[size]!.seconds;

  const add = (kind: number, cost: number, inputs: readonly number[]): number => {
    const job = jobs.kinds.length;
    jobs.kinds.push(kind);
    jobs.seconds.push(cost + seconds.jobOverhead);
    jobs.consumers.push(-1);
    jobs.inputs.push(inputs.length);
    for (const input of inputs) jobs.consumers[input] = job;
    return job;
  };
  const aggregate = (arity: number, inputs: readonly number[]) => add(JobKind.aggregate, costs.get(arity)!, inputs);

  /** One aggregate over steps; a single aggregate of the layer itself is one already. */
  const fold = (steps: readonly number[]): number => {
    if (steps.length === 1) return aggregate(arities[0]!, steps);
    if (steps.length > MOST_STEPS) {
      const parts = Array.from({ length: widest }, (_, i) => {
        const [from, to] = [i, i + 1].map((part) => Math.round((part * steps.length) / widest));
        return fold(steps.slice(from, to));
      });
      return aggregate(widest, parts);
    }
    const { arity, parts } = shapeOf(steps.length);
    let from = 0;
    const inputs = parts.map((part) => {
      const own = steps.slice(from, from + part);
      from += part;
      return part === 1 ? own[0]! : fold(own);
    });
    return aggregate(arity, inputs);
  };

  const below: number[][] = tree.blocks.map(() => []);
  // Children have greater numbers: from the last layer to the first, each gives its steps to its parent.
  for (let layer = tree.blocks.length - 1; layer >= 0; layer--) {
    const own = Array.from({ length: tree.blocks[layer]! }, () => add(JobKind.block, blockSeconds, []));
    const steps = [...own, ...below[layer]!.reverse()];
    const parent = tree.parents[layer]!;
    if (parent === null) add(JobKind.settlement, seconds.settlement, [fold(steps)]);
    else if (below[layer]!.length > 0) below[parent]!.push(fold(steps));
    else below[parent]!.push(...own.reverse());
  }
  return jobs;
}
