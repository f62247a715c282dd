import type { Model } from "./model.ts";

/**
 * The closed form of an epoch's latency in seconds. The blocks run in waves of `workers` jobs, then each level of a
 * balanced tree of the cheapest arity runs in waves, then the settlement runs. N blocks take ceil((N - 1) / (k - 1))
 * aggregates of arity k, on ceil(log_k N) levels. The closed form ignores the shape of the layer tree.
 */
export function estimateSeconds(model: Model, options: { blocks: number; size: string; workers: number }): number {
  const { seconds } = model;
  const { blocks, size, workers } = options;
  const waves = (jobs: number) => Math.ceil(jobs / workers);
  const cheapest = cheapestArity(model);
  let total = waves(blocks) * (seconds.block[size]!.seconds + seconds.jobOverhead);
  let inputs = blocks;
  do {
    const { arity, cost } = inputs < cheapest.arity ? narrowestFor(model, inputs) : cheapest;
    inputs = Math.ceil(inputs / arity);
    total += waves(inputs) * (cost + seconds.jobOverhead);
  } while (inputs > 1);
  return total + seconds.settlement + seconds.jobOverhead + seconds.epochOverhead;
}

type Arity = { readonly arity: number; readonly cost: number };

/** The arity with the least time per folded proof. */
function cheapestArity(model: Model): Arity {
  const { jobOverhead } = model.seconds;
  const perProof = ({ arity, cost }: Arity) => (cost + jobOverhead) / (arity - 1);
  return aritiesOf(model)
    .filter(({ arity }) => arity > 1)
    .sort((a, b) => perProof(a) - perProof(b))[0]!;
}

/** The narrowest circuit that takes the last few proofs. */
function narrowestFor(model: Model, inputs: number): Arity {
  return aritiesOf(model).find(({ arity }) => arity >= inputs)!;
}

function aritiesOf({ seconds }: Model): Arity[] {
  return Object.entries(seconds.aggregate)
    .map(([arity, cost]) => ({ arity: Number(arity), cost }))
    .sort((a, b) => a.arity - b.arity);
}
