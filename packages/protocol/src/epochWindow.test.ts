import { expect, test } from "vitest";
import { LAST_TIME } from "./constants.ts";
import { EpochWindowError, packEpochWindow, unpackEpochWindow } from "./epochWindow.ts";

const window = { epoch: 7, after: 1_764_000_000_000, until: 1_764_000_030_000 };

test("a window is one word: the epoch below, then after, then until", () => {
  const word = packEpochWindow(window);
  expect(word).toBe(7n + (1_764_000_000_000n << 32n) + (1_764_000_030_000n << 80n));
  expect(unpackEpochWindow(word)).toEqual(window);
  const last = { epoch: 2 ** 32 - 1, after: LAST_TIME, until: LAST_TIME };
  expect(packEpochWindow(last)).toBe((1n << 128n) - 1n);
  expect(unpackEpochWindow(packEpochWindow(last) + 1n)).toBeUndefined();
});

test.each([{ epoch: 2 ** 32 }, { after: -1 }, { until: LAST_TIME + 1 }, { until: 0.5 }])(
  "a window with %o is refused",
  (change) => {
    expect(() => packEpochWindow({ ...window, ...change })).toThrow(EpochWindowError);
  },
);
