import { expect, it } from "vitest";
import { createLayerClock } from "./createLayerClock.ts";

it("goes on by itself after each sight of the layer's time, whatever this machine's date is", () => {
  let passed = 17.25;
  const clock = createLayerClock(() => passed);
  clock.saw(1_800_000_000_000);
  expect(clock.now()).toBe(1_800_000_000_000);
  passed += 2_500.5;
  expect(clock.now()).toBe(1_800_000_002_501);
});

it("is moved on by a later time, and never back by the time of a block that began earlier", () => {
  let passed = 0;
  const clock = createLayerClock(() => passed);
  clock.saw(10_000);
  passed = 1_000;
  clock.saw(10_400);
  expect(clock.now()).toBe(11_000);
  clock.saw(60_000);
  expect(clock.now()).toBe(60_000);
});
