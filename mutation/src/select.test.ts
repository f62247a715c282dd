import { expect, test } from "vitest";
import type { Mutant } from "./find/mutant.ts";
import { toMutants } from "./find/toMutants.ts";
import { selectMutants } from "./select.ts";

const edit = { start: 0, end: 1, replacement: "" };
const many: Mutant[] = toMutants(
  { file: "lib/block.nr", kind: "noir" },
  Array.from({ length: 20 }, (_, i) => ({ within: "open", text: `assert(${i})`, edit })),
);

test("equal checks of a function are numbered, whatever lines they are in", () => {
  const check = { within: "open", text: "assert(x)", edit };
  const ids = toMutants({ file: "a.nr", kind: "noir" }, [check, { ...check, within: "" }, check]).map(({ id }) => id);
  expect(ids).toEqual(["a.nr > open > assert(x)", "a.nr > assert(x)", "a.nr > open > assert(x) #2"]);
});

test("by a text of path, function or check, in any case", () => {
  expect(selectMutants(many, { only: ["BLOCK.nr > open > assert(1)"], seed: "1" })).toEqual([many[1]]);
  expect(selectMutants(many, { only: ["assert(7)", "assert(3)"], seed: "1" })).toEqual([many[3], many[7]]);
  expect(selectMutants(many, { only: ["elsewhere"], seed: "1" })).toEqual([]);
});

test("a sample is the same for the same seed, and keeps the order", () => {
  const draw = (seed: string) => selectMutants(many, { sample: 5, seed });
  expect(draw("1")).toHaveLength(5);
  expect(draw("1")).toEqual(draw("1"));
  expect(draw("1")).not.toEqual(draw("2"));
  const places = draw("1").map((mutant) => many.indexOf(mutant));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(selectMutants(many, { sample: 99, seed: "1" })).toEqual(many);
});
