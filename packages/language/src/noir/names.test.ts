import { expect, test } from "vitest";
import { snakeCase } from "./names.ts";

test.each([
  ["amountIn", "amount_in"],
  ["match", "match_"],
])("%s becomes %s", (name, expected) => {
  expect(snakeCase(name)).toBe(expected);
});

test("regression: an array that is a whole entry compiles, though its values are named by numbers", () => {
  expect(snakeCase("0")).toBe("part_0");
});
