import { expect, it } from "vitest";
import { lockers } from "../fixtures/lockers.ts";
import { blockSizes, defaultSizes } from "./blockSizes.ts";
import { allSizes } from "./forcedSize.ts";

it("has places for owners who hold their accounts, in the default sizes of an application that lets them", () => {
  expect(defaultSizes(lockers.program).map(({ name, holders }) => [name, holders])).toEqual([
    ["small", 8],
    ["medium", 12],
    ["large", 32],
  ]);
  expect(allSizes(lockers.program).map(({ holders }) => holders)).toEqual([8, 12, 32, undefined]);
});

it("is the same as ever for all other applications, whose circuits are pinned", () => {
  const maps = lockers.program.maps.map(({ held: _, ...map }) => map);
  expect(defaultSizes({ maps })).toBe(blockSizes);
});
