import { expect, test } from "vitest";
import { createSampler } from "./createSampler.ts";

const traceparent = (digit: number, flags = "01") => `00-${String(digit).repeat(32)}-00f067aa0ba902b7-${flags}`;
const heeding = { heedsCallers: true, ratio: 1, perSecond: 10 };

/** How many of `count` at one moment are sampled. */
const sampledOf = (count: number, sample: () => { readonly isSampled: boolean }) =>
  Array.from({ length: count }, sample).filter(({ isSampled }) => isSampled).length;

test("strangers who ask for traces get as many as the operator allows, and take none from others", () => {
  let now = 0;
  const sample = createSampler(heeding, { clock: () => now });
  expect(sampledOf(1_000, () => sample(traceparent(1)))).toBe(10);
  expect(sampledOf(1_000, () => sample(undefined))).toBe(10);
  now = 500;
  expect(sampledOf(1_000, () => sample(traceparent(1)))).toBe(5);
});

test("a caller's trace goes on, or is left out if the caller leaves it out", () => {
  const sample = createSampler(heeding);
  expect(sample(traceparent(7))).toMatchObject({ isSampled: true, parent: { traceId: "7".repeat(32) } });
  expect(sample(traceparent(7, "00")).isSampled).toBe(false);
  expect(sample("no traceparent")).toEqual({ isSampled: true, parent: undefined });
});

test("where callers are not heeded, neither their flag nor their trace id decides", () => {
  const chances = [0.05, 0.2];
  const sample = createSampler({ heedsCallers: false, ratio: 0.1, perSecond: 10 }, { random: () => chances.shift()! });
  expect(sample(traceparent(1, "00")).isSampled).toBe(true);
  // A sampler by trace id would take this one.
  expect(sample("00-00000000000000000000000000000001-00f067aa0ba902b7-01").isSampled).toBe(false);
});

test("of the traces that begin here the ratio is sampled", () => {
  const chances = [0.05, 0.2, 0.09, 0.9];
  const sample = createSampler({ ...heeding, ratio: 0.1 }, { random: () => chances.shift()! });
  expect([1, 2, 3, 4].map(() => sample(undefined).isSampled)).toEqual([true, false, true, false]);
});
