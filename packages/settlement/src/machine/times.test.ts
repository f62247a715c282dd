import { expect, it } from "vitest";
import { highestBlockTime, highestMessageTime } from "./times.ts";

const YEAR = 365 * 86_400_000;

it.each([
  { milliseconds: -5_000, time: 65_536 },
  { milliseconds: 0, time: 65_536 },
  { milliseconds: 1_000, time: 65_568 },
  { milliseconds: 100 * YEAR, time: 2 ** 32 - 1 - 2 * 65_536 },
])("after $milliseconds ms a message may have time $time, and a block 65,536 more", ({ milliseconds, time }) => {
  expect(highestMessageTime(milliseconds)).toBe(time);
  expect(highestBlockTime(milliseconds)).toBe(time + 65_536);
});

it("times last for four years, and a layer has some left when messages have none", () => {
  expect(highestMessageTime(4 * YEAR)).toBeLessThan(highestMessageTime(5 * YEAR));
  expect(highestBlockTime(100 * YEAR)).toBeLessThan(2 ** 32 - 1);
});
