import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "./generatedFiles.ts";

test.each(generatedFiles())(
  "$path is up to date (`npm run generate`), and its first line says so",
  ({ path, text }) => {
    expect(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8")).toBe(text);
    expect(text.split("\n")[0]).toContain("Generated from");
  },
);
