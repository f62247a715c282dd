import { expect, test } from "vitest";
import { createAwakeClock } from "./awakeClock.ts";
import { judgeOffer, noteGap, type OfferState, type OfferVerdict, signPatience } from "./judgeOffer.ts";
import { replyMilliseconds } from "./replyMilliseconds.ts";

const patience = { sign: 8_000, job: 60_000 };
const taken = { kind: "taken", running: 10_000, silent: 1_000, dropped: undefined } as const;

test.each<[string, OfferState, OfferVerdict]>([
  ["is being published", { kind: "offered", waiting: undefined }, "wait"],
  ["was just offered", { kind: "offered", waiting: 7_999 }, "wait"],
  ["nobody takes", { kind: "offered", waiting: 8_001 }, "look"],
  ["a worker is at", taken, "wait"],
  ["a worker is at that has missed some signs", { ...taken, silent: 7_999 }, "wait"],
  ["a worker is at that is gone", { ...taken, silent: 8_001 }, "silent"],
  ["a worker is at that was never heard of", { ...taken, silent: Number.POSITIVE_INFINITY }, "silent"],
  ["a worker has ended, and its result is on its way", { ...taken, dropped: 100 }, "wait"],
  ["a worker has dropped", { ...taken, dropped: 8_001 }, "dropped"],
  ["takes too long", { ...taken, running: 60_001 }, "overdue"],
  ["takes too long at a worker that is gone", { ...taken, running: 60_001, silent: 9_000 }, "silent"],
])("a job that %s: %s", (_, state, verdict) => {
  expect(judgeOffer(state, patience)).toBe(verdict);
});

test.each([
  [{ gap: 0, failures: 0 }, 8_000],
  [{ gap: 2_500, failures: 0 }, 10_000],
  [{ gap: 6_000, failures: 0 }, 24_000],
  [{ gap: 0, failures: 2 }, 32_000],
  [{ gap: 6_000, failures: 1 }, 48_000],
  // Who is silent on purpose gains little.
  [{ gap: 1e9, failures: 0 }, 80_000],
])("%j: a worker may be silent for %d ms", (job, milliseconds) => {
  expect(signPatience(2_000, job)).toBe(milliseconds);
});

test("a gap is remembered for a while", () => {
  let gap = noteGap(0, 10_000);
  for (let i = 0; i < 10; i++) gap = noteGap(gap, 2_000);
  expect(gap).toBeGreaterThan(3_000);
  for (let i = 0; i < 10; i++) gap = noteGap(gap, 2_000);
  expect(gap).toBe(2_000);
});

test("a reply is waited for longer at each attempt", () => {
  expect([1, 2, 3, 9].map(replyMilliseconds)).toEqual([5_000, 10_000, 20_000, 120_000]);
});

test("the awake clock stands still while this process does not run, or hears nobody", () => {
  let [wall, isHearing] = [0, true];
  const clock = createAwakeClock({ longestStep: 4_000, isHearing: () => isHearing }, () => wall);
  const pass = (milliseconds: number) => {
    wall += milliseconds;
    return clock.now();
  };
  expect([pass(1_000), pass(4_000)]).toEqual([1_000, 5_000]);
  // Stopped for a minute, as by a debugger or a machine that swaps.
  expect(pass(60_000)).toBe(9_000);
  isHearing = false;
  expect([pass(3_000), pass(3_000)]).toEqual([9_000, 9_000]);
  isHearing = true;
  expect(pass(500)).toBe(9_500);
});
