import { describe, expect, it } from "vitest";
import { createNetworkClock, TOLERANCE_MILLISECONDS } from "./networkClock.ts";

const HOUR = 3_600_000;
const NOON = 1_700_000_000_000;

/** A machine whose wall clock shows noon at first. */
function start() {
  const machine = { passed: 0, wrong: 0 };
  const clock = createNetworkClock({
    now: () => NOON + machine.passed + machine.wrong,
    passed: () => machine.passed,
  });
  return { machine, clock };
}

describe("the network's time", () => {
  it.each([
    { what: "as long as L1's is close to it", layerOne: NOON - TOLERANCE_MILLISECONDS, time: NOON },
    { what: "also if L1 is ahead", layerOne: NOON + TOLERANCE_MILLISECONDS, time: NOON },
    { what: "no more if L1 is further behind", layerOne: NOON - 15_001, time: NOON - 15_001 },
    { what: "no more if L1 is further ahead", layerOne: NOON + HOUR, time: NOON + HOUR },
  ])("is that of the wall clock, $what", ({ layerOne, time }) => {
    const { clock } = start();
    clock.noteLayerOne(layerOne);
    expect(clock.time()).toBe(time);
  });

  it.each([HOUR, -HOUR])("goes on when the wall clock is set by %i ms, before the next look at L1", (wrong) => {
    const { clock, machine } = start();
    clock.noteLayerOne(NOON);
    machine.wrong = wrong;
    machine.passed = 700;
    expect(clock.time()).toBe(NOON + 700);
  });

  it("goes on while L1 does not answer, and follows it when it does", () => {
    const { clock, machine } = start();
    clock.noteLayerOne(NOON + HOUR);
    machine.passed = 2 * HOUR;
    expect(clock.time()).toBe(NOON + 3 * HOUR);
    clock.noteLayerOne(NOON + 4 * HOUR);
    expect(clock.time()).toBe(NOON + 4 * HOUR);
  });

  it("never goes back: it stands until L1 has come up", () => {
    const { clock, machine } = start();
    clock.noteLayerOne(NOON + HOUR);
    expect(clock.time()).toBe(NOON + HOUR);
    clock.noteLayerOne(NOON);
    expect(clock.time()).toBe(NOON + HOUR);
    machine.passed = HOUR + 1;
    expect(clock.time()).toBe(NOON + HOUR + 1);
  });

  it("is not bound to what was shown before the first look at L1", () => {
    const { clock } = start();
    expect(clock.time()).toBe(NOON);
    clock.noteLayerOne(NOON - HOUR);
    expect(clock.time()).toBe(NOON - HOUR);
  });

  it("is a whole number of milliseconds", () => {
    const { clock, machine } = start();
    clock.noteLayerOne(NOON - HOUR);
    machine.passed = 0.75;
    expect(clock.time()).toBe(NOON - HOUR);
  });
});
