import { expect, it } from "vitest";
import { manualClock } from "../testing.ts";
import { createNetworkTime, LATENESS_MILLISECONDS } from "./createNetworkTime.ts";

const HOUR = 3_600_000;

it("is the wall clock's until it is told, wherever that is set", () => {
  const clock = manualClock();
  const time = createNetworkTime({ waitMilliseconds: 0 }, { clock });
  clock.set(7 * HOUR);
  expect(time.now()).toBe(7 * HOUR);
  clock.set(HOUR);
  expect(time.now()).toBe(HOUR);
});

it("goes on from what it is told, whatever becomes of the wall clock", () => {
  const clock = manualClock();
  const time = createNetworkTime({ waitMilliseconds: 0 }, { clock });
  clock.set(9 * HOUR);
  time.tell(5 * HOUR);
  clock.advance(1_000);
  clock.set(0);
  expect(time.now()).toBe(5 * HOUR + 1_000);
});

it("is not set back by what comes late, and follows a network that was set back or forward", () => {
  const clock = manualClock();
  const time = createNetworkTime({ waitMilliseconds: 0 }, { clock });
  time.tell(5 * HOUR);
  clock.advance(1_000);
  time.tell(5 * HOUR + 1_000 - LATENESS_MILLISECONDS);
  expect(time.now()).toBe(5 * HOUR + 1_000);
  time.tell(5 * HOUR + 999 - LATENESS_MILLISECONDS);
  expect(time.now()).toBe(5 * HOUR + 999 - LATENESS_MILLISECONDS);
  time.tell(8 * HOUR);
  expect(time.now()).toBe(8 * HOUR);
});

it("is waited for until it is told, or until that takes too long", () => {
  const clock = manualClock();
  clock.advance(HOUR);
  const time = createNetworkTime({ waitMilliseconds: 5_000 }, { clock });
  clock.set(0);
  expect(time.wait()).toBe(5_000);
  clock.advance(2_000);
  expect(time.wait()).toBe(3_000);
  clock.advance(4_000);
  expect(time.wait()).toBe(0);
  const told = createNetworkTime({ waitMilliseconds: 5_000 }, { clock });
  told.tell(HOUR);
  expect(told.wait()).toBe(0);
});
