import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { findMutants } from "./find/findMutants.ts";
import type { Mutant } from "./find/mutant.ts";
import type { Judged, Verdict } from "./run/judgeMutant.ts";
import { compareSurvivors, isAgreement, readSurvivors } from "./survivors.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "frond-survivors-"));
afterAll(() => rmSync(folder, { recursive: true }));

const VERDICTS: Readonly<Record<Verdict["kind"], Verdict>> = {
  killed: { kind: "killed", file: "a.test.ts", test: "a", message: "" },
  timeout: { kind: "timeout", file: "a.test.ts" },
  survived: { kind: "survived" },
  invalid: { kind: "invalid", message: "" },
};

function judge(id: string, kind: Verdict["kind"]): Judged {
  const mutant: Mutant = { id, kind: "noir", file: "a.nr", edit: { start: 0, end: 1, replacement: "" } };
  return { mutant, verdict: VERDICTS[kind], milliseconds: 1 };
}

test("every kept survivor is a check of the sources, once, with a reason", () => {
  const kept = readSurvivors(fileURLToPath(new URL("../survivors.json", import.meta.url)));
  const ids = findMutants(root).map(({ id }) => id);
  expect(kept.filter(({ id }) => !ids.includes(id))).toEqual([]);
  expect(new Set(kept.map(({ id }) => id)).size).toBe(kept.length);
  expect(kept.filter(({ reason }) => reason.length < 20)).toEqual([]);
});

test("every mutant has an id of its own", () => {
  const ids = findMutants(root).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("what was run and what is kept", () => {
  const ids = new Set(["a", "b", "c"]);
  const kept = [{ id: "b", reason: "a implies it" }];

  test("agree if exactly those of the list survived; what was not run counts as such", () => {
    for (const judged of [[judge("a", "killed"), judge("b", "survived")], [judge("c", "timeout")], []]) {
      expect(isAgreement(compareSurvivors(kept, { judged, ids }))).toBe(true);
    }
  });

  test.each<[string, Judged, object]>([
    ["a survivor that is not in the list", judge("a", "survived"), { unexplained: ["a"] }],
    ["one of the list that is killed", judge("b", "killed"), { killed: ["b"] }],
    ["one of the list that is killed by timeout", judge("b", "timeout"), { killed: ["b"] }],
    ["one that is not valid source", judge("c", "invalid"), { invalid: ["c"] }],
  ])("disagree over %s", (_, judged, difference) => {
    const differences = compareSurvivors(kept, { judged: [judged], ids });
    expect(differences).toMatchObject(difference);
    expect(isAgreement(differences)).toBe(false);
  });

  test("disagree over one of the list that is not in the sources any more", () => {
    expect(compareSurvivors([{ id: "gone", reason: "-" }], { judged: [], ids }).missing).toEqual(["gone"]);
  });
});

test("a list that can't be read says what is wrong with it", () => {
  const path = join(folder, "survivors.json");
  writeFileSync(path, JSON.stringify([{ id: "a" }]));
  expect(() => readSurvivors(path)).toThrow(expect.objectContaining({ code: "mutation/survivors-file" }));
  expect(() => readSurvivors(path)).toThrow(/reason/);
});
