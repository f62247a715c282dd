import { QueueNameError } from "./errors.ts";

/** What a queue is called in NATS: streams, subjects and object stores. */
export type QueueNames = {
  readonly jobsStream: string;
  readonly resultsStream: string;
  readonly circuits: string;
  readonly inputs: string;
  /** Jobs, by the binary logarithm of the rows of their circuit. */
  jobs(log: number | "*"): string;
  /** Results, and signs of life, of one worker: a NATS account can be limited to its own. */
  results(worker: string): string;
  presence(worker: string): string;
  /** Asks all workers for a sign of life. */
  readonly hello: string;
  /** Tells workers that there are jobs. */
  readonly doorbell: string;
  /** Tells workers that nobody needs a job any more. */
  cancel(job: string): string;
  /** Tells a worker that it is ignored. */
  ignored(worker: string): string;
};

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws QueueNameError */
export function queueNames(queue: string): QueueNames {
  requireName("queue", queue);
  const prefix = `frond.${queue}`;
  return {
    jobsStream: `FROND_${queue}_JOBS`,
    resultsStream: `FROND_${queue}_RESULTS`,
    circuits: `frond_${queue}_circuits`,
    inputs: `frond_${queue}_inputs`,
    jobs: (log) => `${prefix}.jobs.${log}`,
    results: (worker) => `${prefix}.results.${worker}`,
    presence: (worker) => `${prefix}.presence.${worker}`,
    hello: `${prefix}.hello`,
    doorbell: `${prefix}.doorbell`,
    cancel: (job) => `${prefix}.cancel.${job}`,
    ignored: (worker) => `${prefix}.ignored.${worker}`,
  };
}

export function requireName(what: "queue" | "worker", name: string): void {
  if (!NAME.test(name)) throw new QueueNameError(what, name);
}

/** The last part of a subject: whose results or presence it is. */
export function lastToken(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/**
 * Sizes of circuits, as binary logarithms of their rows, that jobs are sorted by. Smaller and larger ones go with the
 * nearest.
 */
export const SIZE_LOGS: readonly number[] = [15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26];

/** The class that a circuit's job belongs to. */
export function sizeLog(rows: number): number {
  return Math.min(SIZE_LOGS.at(-1)!, Math.max(SIZE_LOGS[0]!, Math.log2(rows)));
}

/** The durable consumer of one class. */
export function consumerOf(log: number): string {
  return `rows-${log}`;
}
