import { expect, it } from "vitest";
import { highestBlockSlot, highestMessageSlot } from "./slots.ts";

const YEAR = 365 * 86_400_000;

it.each([
  { milliseconds: -5_000, slot: 65_536 },
  { milliseconds: 0, slot: 65_536 },
  { milliseconds: 1_000, slot: 65_568 },
  { milliseconds: 100 * YEAR, slot: 2 ** 32 - 1 - 2 * 65_536 },
])("after $milliseconds ms a message may have slot $slot, and a block 65,536 more", ({ milliseconds, slot }) => {
  expect(highestMessageSlot(milliseconds)).toBe(slot);
  expect(highestBlockSlot(milliseconds)).toBe(slot + 65_536);
});

it("slots last for four years, and a layer has some left when messages have none", () => {
  expect(highestMessageSlot(4 * YEAR)).toBeLessThan(highestMessageSlot(5 * YEAR));
  expect(highestBlockSlot(100 * YEAR)).toBeLessThan(2 ** 32 - 1);
});
