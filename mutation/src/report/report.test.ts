import { expect, test } from "vitest";
import type { Mutant } from "../find/mutant.ts";
import type { Judged } from "../run/judgeMutant.ts";
import { compareSurvivors } from "../survivors.ts";
import { createProgress, duration, type Output } from "./createProgress.ts";
import { describeResults } from "./describeResults.ts";

const mutant = (id: string): Mutant => ({
  id,
  kind: "noir",
  file: "a.nr",
  edit: { start: 0, end: 1, replacement: "" },
});
const killed: Judged = {
  mutant: mutant("a.nr > f > assert(x)"),
  verdict: { kind: "killed", file: "a.test.ts", test: "an attack", message: "expected" },
  milliseconds: 7_000,
};
const survived: Judged = { mutant: mutant("a.nr > g"), verdict: { kind: "survived" }, milliseconds: 65_000 };

function written(isTTY: boolean): string {
  let text = "";
  const output: Output = { isTTY, columns: 60, write: (part) => (text += part) };
  const progress = createProgress(2, output);
  progress.onTest({ file: "a.test.ts" });
  progress.onBaseline({ file: "a.test.ts" }, 3_000);
  progress.onTest({ file: "a.test.ts" }, killed.mutant);
  progress.onJudged(killed);
  progress.onJudged(survived);
  return text;
}

test("a pipe gets whole lines only", () => {
  expect(written(false)).toBe(
    `[0 s] a.test.ts passes without a mutant (3 s)
[1/2 0 s, about 0 s left] killed (7 s)  a.nr > f > assert(x)
    by a.test.ts: an attack
[2/2 0 s, about 0 s left] SURVIVED (1 m 05 s)  a.nr > g
`,
  );
});

test("a terminal shows besides which test runs on which mutant", () => {
  expect(written(true)).toContain("\r\u001b[2K[1/2 0 s] a.test.ts  a.nr > f > assert(x)\r\u001b[2K[1/2 ");
});

test("durations", () => {
  expect([400, 59_400, 60_000, 3_780_000].map(duration)).toEqual(["0 s", "59 s", "1 m 00 s", "1 h 03 m"]);
});

test("the results say how many, and what to do with each difference", () => {
  const judged = [killed, survived];
  const kept = [{ id: "gone", reason: "-" }];
  const ids = new Set(judged.map((entry) => entry.mutant.id));
  expect(describeResults(judged, compareSurvivors(kept, { judged, ids }))).toMatchInlineSnapshot(`
    "noir: 2 mutants, 1 killed, 0 killed by timeout, 1 survived

    Survived and not in mutation/survivors.json. Write a test that fails without the check; if another check implies it, enter it with that reason:
      a.nr > g

    In mutation/survivors.json and not in the sources any more. Take these out, or correct the id:
      gone"
  `);
});
