import { expect, test } from "vitest";
import { expectedSeconds, jobSeconds } from "../pool/jobSeconds.ts";
import { limitSeconds, notePace, type Pace, slownessOf } from "./timeLimit.ts";

const ROWS = 2 ** 20;
/** What is remembered of proofs that took so many times what a slow machine takes. */
const after = (...times: number[]): Pace =>
  times.reduce((pace: Pace, time) => notePace(pace, { rows: ROWS, seconds: time * expectedSeconds(ROWS) }), []);

test.each<[string, number[], number]>([
  ["nothing was proven yet", [], 1],
  ["a machine is faster than expected", [0.1, 0.2, 0.1], 1],
  ["a machine is five times slower", [5, 5, 5], 5],
  ["one proof was stopped up", [0.5, 0.5, 60, 0.5, 0.5], 1],
  ["a few are lied about", [1, 1, 1, 1, 1, 1e9, 1e9, 1e9, 1e9], 1],
  ["most are lied about", [1e9, 1e9, 1e9], 64],
  ["a machine has become busy", [...Array(20).fill(0.5), ...Array(5).fill(8)], 8],
  ["a machine has become idle again", [...Array(20).fill(8), ...Array(5).fill(0.5)], 1],
])("when %s, proofs after %j get %d times as long", (_, times, factor) => {
  expect(slownessOf(after(...times))).toBeCloseTo(factor);
});

test("the rows of a proof don't matter for the pace, and what is remembered is bounded", () => {
  const small = notePace([], { rows: 2 ** 15, seconds: 3 * expectedSeconds(2 ** 15) });
  expect(slownessOf(small)).toBeCloseTo(slownessOf(after(3)));
  expect(after(...Array(1_000).fill(1))).toHaveLength(9);
});

test.each<[overdues: number, pace: Pace, times: number]>([
  [0, after(), 1],
  [1, after(), 2],
  [3, after(), 8],
  [0, after(5), 5],
  [2, after(5), 20],
  [50, after(), 1_024],
])("after %d attempts that were too long, at the pace %j, a proof has %d times as long", (overdues, pace, times) => {
  expect(limitSeconds({ rows: ROWS, overdues, pace })).toBeCloseTo(times * jobSeconds(ROWS));
  expect(limitSeconds({ rows: ROWS, overdues, pace }, () => 3)).toBeCloseTo(times * 3);
});

test.each([5, 20, 100, 1_000])("a machine %d times slower than a slow one makes every proof some time", (slower) => {
  const takes = slower * expectedSeconds(ROWS);
  let overdues = 0;
  while (limitSeconds({ rows: ROWS, overdues, pace: [] }) < takes) overdues++;
  // And once it has made it, the next is made at the first attempt, unless nothing is believed any more.
  const limit = limitSeconds({ rows: ROWS, overdues: 0, pace: after(slower) });
  if (slower <= 640) expect(limit).toBeGreaterThan(takes);
  expect(overdues).toBeLessThanOrEqual(7);
});
