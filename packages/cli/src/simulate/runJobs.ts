import { createHeap } from "./heap.ts";
import { JobKind, type Jobs } from "./planJobs.ts";

export type Run = {
  /** The time until the settlement is proven. */
  readonly seconds: number;
  /** The sum over all jobs. */
  readonly workSeconds: number;
  /** The longest chain of dependent jobs: a lower bound for any number of workers. */
  readonly pathSeconds: number;
  readonly counts: { readonly blocks: number; readonly aggregates: number };
};

/**
 * Runs the jobs of an epoch on `workers` workers, event by event. A free worker takes the first job, by priority, of
 * the jobs whose inputs are complete.
 */
export function runJobs(jobs: Jobs, workers: number): Run {
  const { kinds, seconds, consumers, inputs } = jobs;
  const missing = [...inputs];
  const ready = createHeap((a, b) => kinds[a]! - kinds[b]! || a - b);
  const ends = new Float64Array(kinds.length);
  const running = createHeap((a, b) => ends[a]! - ends[b]! || a - b);
  for (const [job, count] of inputs.entries()) if (count === 0) ready.push(job);
  let now = 0;
  for (;;) {
    while (running.size() < workers) {
      const job = ready.pop();
      if (job === undefined) break;
      ends[job] = now + seconds[job]!;
      running.push(job);
    }
    const done = running.pop();
    if (done === undefined) break;
    now = ends[done]!;
    const consumer = consumers[done]!;
    if (consumer !== -1 && --missing[consumer]! === 0) ready.push(consumer);
  }
  return {
    seconds: now,
    workSeconds: seconds.reduce((sum, cost) => sum + cost, 0),
    pathSeconds: longestChain(jobs),
    counts: {
      blocks: kinds.filter((kind) => kind === JobKind.block).length,
      aggregates: kinds.filter((kind) => kind === JobKind.aggregate).length,
    },
  };
}

/** Every job comes after its inputs, so one pass finds the longest chain. */
function longestChain({ seconds, consumers }: Jobs): number {
  const before = new Float64Array(seconds.length);
  let longest = 0;
  for (const [job, cost] of seconds.entries()) {
    const end = before[job]! + cost;
    longest = Math.max(longest, end);
    const consumer = consumers[job]!;
    if (consumer !== -1) before[consumer] = Math.max(before[consumer]!, end);
  }
  return longest;
}
