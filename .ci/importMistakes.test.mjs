import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importMistakes } from "./importMistakes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const mistakesOf = (file, text) => importMistakes(root, file, text).map((line) => line.slice(file.length + 2));

describe("imports", () => {
  it("point down, however they are written", () => {
    const file = "packages/sequencer/src/order.ts";
    expect(
      mistakesOf(file, 'import { a } from "@frond/store"; export * from "@frond/language"; import fs from "node:fs";'),
    ).toEqual([]);
    const upward = "@frond/settlement is not below sequencer; imports point down only";
    for (const text of [
      'import { a } from "@frond/settlement";',
      'import type { A } from "@frond/settlement";',
      'export { a } from "@frond/settlement";',
      'const a = await import("@frond/settlement");',
    ])
      expect(mistakesOf(file, text)).toEqual([upward]);
  });

  it("do not cross between packages of one rank", () => {
    expect(mistakesOf("packages/sdk/src/a.ts", 'import "@frond/node";')).toEqual([
      "@frond/node is not below sdk; imports point down only",
    ]);
  });

  it("go through what a package exports", () => {
    const file = "packages/node/src/layer/a.ts";
    expect(mistakesOf(file, 'import "../rpc/b.ts"; import "./c.ts";')).toEqual([]);
    expect(mistakesOf(file, 'import "../../../store/src/types.ts";')).toEqual([
      "../../../store/src/types.ts is inside another package; import what that package exports",
    ]);
    expect(mistakesOf(file, 'import "@frond/store/src/types.ts";')).toEqual([
      "@frond/store does not export /src/types.ts",
    ]);
    expect(mistakesOf(file, 'import "@frond/node";')).toEqual([
      "@frond/node is the file's own package; import the file itself",
    ]);
  });

  it("of tests may go where the list of exceptions says", () => {
    const text = 'import { createProver } from "@frond/prover";';
    expect(mistakesOf("packages/circuits/ts/a.test.ts", text)).toEqual([]);
    expect(mistakesOf("packages/circuits/ts/a.ts", text)).toHaveLength(1);
    expect(mistakesOf("packages/protocol/src/a.test.ts", text)).toHaveLength(1);
  });

  it("of a package without a place in the order are refused", () => {
    expect(mistakesOf("packages/helpers/src/a.ts", "")).toHaveLength(1);
  });
});
