import { expect, test } from "vitest";
import { problemOfShape } from "./checkShape.ts";

const MIB = 2 ** 20;

test("lets a large block pass", () => {
  const fields = (count: number) => Array.from({ length: count }, () => `0x${"ab".repeat(32)}`);
  const entry = {
    index: "0x1",
    key: fields(1)[0],
    before: fields(4),
    siblings: Array.from({ length: 16 }, () => fields(3)),
  };
  const text = JSON.stringify({ type: "block", inputs: { entries: Array(2_000).fill(entry) } });
  expect(text.length).toBeGreaterThan(7 * MIB);
  expect(problemOfShape(text)).toBeUndefined();
});

test.each([
  ["lists in lists", "[".repeat(4 * MIB) + "]".repeat(4 * MIB), "lists and objects"],
  ["empty objects", `[${"{},".repeat(2 * MIB)}0]`, "lists and objects"],
  ["keys", `{${Array.from({ length: MIB }, (_, i) => `"${i}":0`).join(",")}}`, "keys"],
])("refuses %s before they are read", (_what, text, problem) => {
  expect(problemOfShape(text)).toContain(problem);
});
