import { expect, it } from "vitest";
import type { Rest } from "./layerState.ts";
import { isResting, isSuspect, restAfter } from "./rest.ts";

const DAY = 86_400_000;
const resting = (until: number, length: number): { rest: Rest } => ({ rest: { until, length } });

it("a layer that never failed neither rests nor is suspect", () => {
  expect([isResting({}, 0), isSuspect({}, 0)]).toEqual([false, false]);
});

it("a layer rests until the end of its rest, and is suspect for four times as long again", () => {
  const layer = resting(100, 10);
  expect([99, 100].map((now) => isResting(layer, now))).toEqual([true, false]);
  expect([139, 140].map((now) => isSuspect(layer, now))).toEqual([true, false]);
});

it.each([
  { what: "as long as the attempt took", layer: {}, startedAt: 50, rest: { until: 110, length: 30 } },
  {
    what: "twice as long as before, if it was suspect when the attempt began",
    layer: resting(40, 40),
    startedAt: 79,
    rest: { until: 160, length: 80 },
  },
  {
    what: "no longer than the attempt, if it was suspect no more",
    layer: resting(10, 10),
    startedAt: 60,
    rest: { until: 100, length: 20 },
  },
  { what: "a day at most", layer: resting(80, DAY), startedAt: 79, rest: { until: 80 + DAY, length: DAY } },
  {
    what: "no longer for what was begun before the rest",
    layer: resting(99, 10),
    startedAt: 0,
    rest: { until: 99, length: 10 },
  },
])("a layer that fails rests $what", ({ layer, startedAt, rest }) => {
  const failed: { rest?: Rest } = { ...layer };
  restAfter(failed, { startedAt, now: 80 });
  expect(failed.rest).toEqual(rest);
});
