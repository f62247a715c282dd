import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedConstantFiles } from "./constantsText.ts";

test.each(generatedConstantFiles())("$path is up to date (`npm run generate`)", ({ path, text }) => {
  expect(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")).toBe(text);
});
