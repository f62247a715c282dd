import { MAX_DRIFT_MILLISECONDS } from "@frond/protocol";
import { expect, it } from "vitest";
import { manualClock } from "../testing.ts";
import { createHeadroom } from "./createHeadroom.ts";

function start() {
  const clock = manualClock();
  const state = { after: 0, wait: 0, rooms: 0 };
  const headroom = createHeadroom({
    clock,
    networkTime: { now: clock.now, wait: () => state.wait },
    after: () => state.after,
    onRoom: () => {
      state.rooms++;
    },
  });
  return { clock, state, headroom };
}

it("is the drift beyond the network's time, or beyond the end of the epoch before", () => {
  const { clock, state, headroom } = start();
  clock.set(10_000);
  expect(headroom.missing(10_000 + MAX_DRIFT_MILLISECONDS)).toBe(0);
  expect(headroom.missing(10_001 + MAX_DRIFT_MILLISECONDS)).toBe(1);
  state.after = 10_700;
  expect(headroom.missing(10_700 + MAX_DRIFT_MILLISECONDS)).toBe(0);
  expect(headroom.missing(11_000 + MAX_DRIFT_MILLISECONDS)).toBe(300);
  state.wait = 400;
  expect(headroom.missing(11_000 + MAX_DRIFT_MILLISECONDS)).toBe(400);
});

it("calls back for the first block that may be opened, not for the last one", () => {
  const { clock, state, headroom } = start();
  expect(headroom.isAhead(MAX_DRIFT_MILLISECONDS)).toBe(false);
  expect(headroom.isAhead(MAX_DRIFT_MILLISECONDS + 500)).toBe(true);
  expect(headroom.isAhead(MAX_DRIFT_MILLISECONDS + 50)).toBe(true);
  expect(headroom.isAhead(MAX_DRIFT_MILLISECONDS + 200)).toBe(true);
  clock.advance(49);
  expect(state.rooms).toBe(0);
  clock.advance(1);
  expect(state.rooms).toBe(1);
  clock.advance(10_000);
  expect(state.rooms).toBe(1);
});

it("looks again every second, for a wall clock is set forward without a word", () => {
  const { clock, state, headroom } = start();
  expect(headroom.isAhead(3_600_000)).toBe(true);
  clock.set(3_600_000);
  clock.advance(1_000);
  expect(state.rooms).toBe(1);
});

it("calls back when the network's time is another, and never once it is stopped", () => {
  const { clock, state, headroom } = start();
  headroom.check();
  expect(state.rooms).toBe(0);
  expect(headroom.isAhead(3_600_000)).toBe(true);
  headroom.check();
  expect(state.rooms).toBe(1);
  expect(headroom.isAhead(3_600_000)).toBe(true);
  headroom.stop();
  expect(headroom.isAhead(3_600_000)).toBe(true);
  clock.advance(3_600_000);
  headroom.check();
  expect(state.rooms).toBe(1);
});
