import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findMutants } from "../find/findMutants.ts";
import { runMutants } from "./runMutants.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const FILE = "packages/language/src/executor/compileProcedure.ts";
const TEST = { file: "packages/language/src/ethereumAddress.test.ts" };

test("a mutant of the executor is killed in a copy, and the sources stay as they are", async () => {
  const mutant = findMutants(root).find(({ id }) => id === `${FILE} > statement > failIf(isLost)`)!;
  const source = readFileSync(join(root, FILE), "utf8");
  const harmless = { ...mutant, id: "a comment", edit: { start: 0, end: 0, replacement: "// Nothing.\n" } };
  const told: string[] = [];
  const judged = await runMutants([harmless, mutant], {
    root,
    testsFor: () => [TEST],
    listener: {
      onTest: ({ file }, { id } = mutant) => told.push(`${id} ${file}`),
      onBaseline: ({ file }) => told.push(`passed ${file}`),
      onJudged: ({ verdict }) => told.push(verdict.kind),
    },
    stop: new AbortController().signal,
  });
  expect(judged.map(({ verdict }) => verdict.kind)).toEqual(["survived", "killed"]);
  expect(judged[1]!.verdict).toMatchObject({ file: TEST.file });
  expect(told).toHaveLength(6);
  expect(readFileSync(join(root, FILE), "utf8")).toBe(source);
}, 300_000);
