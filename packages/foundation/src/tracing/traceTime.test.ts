import { afterEach, expect, test, vi } from "vitest";
import { traceTime } from "./traceTime.ts";

afterEach(() => {
  vi.restoreAllMocks();
  traceTime();
});

test("the time of a span is that of the wall clock, with fractions, also after it was set", () => {
  const real = Date.now;
  expect(Math.abs(traceTime() - Date.now())).toBeLessThan(25);
  vi.spyOn(Date, "now").mockImplementation(() => real() + 3_600_000);
  expect(Math.abs(traceTime() - Date.now())).toBeLessThan(25);
});

test("differences are those of the clock that nobody sets", () => {
  const passed = performance.now();
  expect(traceTime(passed + 0.25) - traceTime(passed)).toBeCloseTo(0.25, 3);
});
