import { createShapes } from "@frond/settlement";
import type { LayerTree } from "./layerTree.ts";
import type { Model } from "./model.ts";

/** The kinds of jobs in the order of their priority, as in the queue: the nearer to the settlement, the earlier. */
export const JobKind = { settlement: 0, aggregate: 1, block: 2 } as const;

/**
 * The proofs of an epoch as a tree: each proof is an input of exactly one other proof, except the settlement, which is
 * the root. The tree is stored as lists by job number, and every job comes after its inputs.
 */
export type Jobs = {
  readonly kinds: number[];
  readonly seconds: number[];
  /** For each job the job that consumes it; -1 for the settlement. */
  readonly consumers: number[];
  /** For each job the number of its inputs. */
  readonly inputs: number[];
};

/**
 * Folds of more steps are split first, because the search for the cheapest shape is quadratic in the number of steps.
 */
const MOST_STEPS = 256;

/**
 * Plans the proofs of an epoch (docs/protocol.md 6). The fold is the one of `planTree` in settlement: own blocks first,
 * then for each child its blocks, or the child's aggregate if the child has steps below it. Unlike `planTree`, this
 * function works on trees of any size, without the layers of a network.
 */
export function planJobs(tree: LayerTree, model: Model, size: string): Jobs {
  const { seconds } = model;
  const jobs: Jobs = { kinds: [], seconds: [], consumers: [], inputs: [] };
  const costs = new Map(Object.entries(seconds.aggregate).map(([arity, cost]) => [Number(arity), cost]));
  const shapeOf = createShapes(costs);
  const arities = [...costs.keys()].sort((a, b) => a - b);
  const widest = arities.at(-1)!;
  const blockSeconds = seconds.block[size]!.seconds;

  function add(kind: number, cost: number, inputs: readonly number[]): number {
    const job = jobs.kinds.length;
    jobs.kinds.push(kind);
    jobs.seconds.push(cost + seconds.jobOverhead);
    jobs.consumers.push(-1);
    jobs.inputs.push(inputs.length);
    for (const input of inputs) jobs.consumers[input] = job;
    return job;
  }
  const aggregate = (arity: number, inputs: readonly number[]) => add(JobKind.aggregate, costs.get(arity)!, inputs);

  /** One aggregate over `steps`. A single step still needs an aggregate, of the smallest arity. */
  function fold(steps: readonly number[]): number {
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
  }

  const below: number[][] = tree.blocks.map(() => []);
  // Children have greater numbers than their parents, so this pass from the last layer up hands steps to parents.
  for (let layer = tree.blocks.length - 1; layer >= 0; layer--) {
    const own = Array.from({ length: tree.blocks[layer]! }, () => add(JobKind.block, blockSeconds, []));
    const steps = [...own, ...below[layer]!.reverse()];
    const parent = tree.parents[layer]!;
    if (parent === null) add(JobKind.settlement, seconds.settlement, [fold(steps)]);
    else if (below[layer]!.length > 0) below[parent]!.push(fold(steps));
    else for (const block of own.reverse()) below[parent]!.push(block); // More than a call takes as arguments.
  }
  return jobs;
}
