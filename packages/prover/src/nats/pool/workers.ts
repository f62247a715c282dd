import { jobMemory } from "../../pool/jobMemory.ts";
import type { Demand } from "../../pool/types.ts";
import { signPatience } from "../judgeOffer.ts";
import type { PoolState, View } from "./poolState.ts";

/** Jobs that are offered when nobody is known to be idle. */
const FEWEST_OFFERS = 2;

/** A worker that says that it is at a job, whoever was taken to be. */
export function workerAt(state: PoolState, job: string, besides?: string): string | undefined {
  const isAt = ({ id, running }: View) => id !== besides && !state.ignored.has(id) && running.includes(job);
  return presentViews(state).find(isAt)?.id;
}

/**
 * An idle worker takes what there is within a second. NATS 2.9 has been seen to keep a message, and to give it to
 * nobody, when its stream was purged shortly before.
 */
export function hasIdleWorker(state: PoolState, rows: number): boolean {
  return workersFor(state, rows).some(({ workers, running }) => workers > running.length);
}

/**
 * Whether another job may be offered. Not while a more urgent one waits for the same workers, who don't know which is
 * which. What no worker here has the memory for is offered too, for one that may come, and stands in nobody's way.
 */
export function mayOffer(state: PoolState, { rows, priority }: Demand): boolean {
  const able = workersFor(state, rows);
  const untaken = [...state.seated.values()];
  if (able.length === 0) return untaken.filter((other) => other.rows === rows).length < FEWEST_OFFERS;
  const isOvertaking = untaken.some(
    (other) => other.priority > priority && able.every(({ memoryBytes }) => memoryBytes >= jobMemory(other.rows)),
  );
  const idle = able.reduce((sum, { workers, running }) => sum + Math.max(0, workers - running.length), 0);
  const waiting = untaken.filter((other) => workersFor(state, other.rows).length > 0).length;
  return !isOvertaking && waiting < Math.max(FEWEST_OFFERS, 2 * idle);
}

/** Workers that don't count as gone. */
export function presentViews({ views, clock, heartbeatSeconds }: PoolState): View[] {
  const now = clock.now();
  const isPresent = ({ seenAt, gap }: View) =>
    now - seenAt <= signPatience(heartbeatSeconds * 1_000, { gap, failures: 0 });
  return [...views.values()].filter(isPresent);
}

function workersFor(state: PoolState, rows: number): View[] {
  const isAble = ({ id, memoryBytes }: View) => !state.ignored.has(id) && memoryBytes >= jobMemory(rows);
  return presentViews(state).filter(isAble);
}
