import type { BlockSize } from "@frond/protocol";
import { expect, test } from "vitest";
import { lockers } from "../fixtures/lockers.ts";
import { purses } from "../fixtures/purses.ts";
import type { Program } from "../ir.ts";
import { lowerProgram } from "../noir/lowerProgram.ts";
import { blockGates } from "./blockGates.ts";

const SIZE: BlockSize = { name: "s", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 };
const gatesOf = (program: Program, holders: number) => blockGates(lowerProgram(program), { ...SIZE, holders }).block;

test("the estimate has the places for holders, as Barretenberg has counted them", () => {
  const estimates = [0, 1, 2, 4].map((holders) => gatesOf(lockers.program, holders));
  [113_650, 115_346, 116_867, 119_912].forEach((counted, i) => {
    expect(Math.abs(estimates[i]! / counted - 1)).toBeLessThan(0.12);
  });
  expect(estimates[2]! - estimates[1]!).toBe(1_522);
  expect(estimates[1]! - estimates[0]!).toBe(1_522 + 10 * SIZE.entries);
  expect(gatesOf(purses.program, 4)).toBe(gatesOf(purses.program, 0));
});
