import { expect, test } from "vitest";
import { judgeMutant } from "./judgeMutant.ts";
import type { TestOutcome } from "./runTests.ts";

const tests = [{ file: "a.test.ts" }, { file: "b.test.ts" }];

async function judge(...outcomes: TestOutcome[]) {
  const ran: string[] = [];
  const verdict = await judgeMutant(tests, async ({ file }) => {
    ran.push(file);
    return outcomes[ran.length - 1]!;
  });
  return { kind: verdict.kind, ran };
}

const failed = (message: string): TestOutcome => ({ kind: "failed", test: "t", message });

test.each<[string, TestOutcome[], object]>([
  ["survives if every file passes", [{ kind: "passed" }, { kind: "passed" }], { kind: "survived", ran: ["a", "b"] }],
  ["is killed by the first failure", [failed("expected")], { kind: "killed", ran: ["a"] }],
  ["is killed by a file that does not end", [{ kind: "passed" }, { kind: "timeout" }], { kind: "timeout" }],
  ["is invalid if Noir refuses it", [failed("the generated circuit does not compile:")], { kind: "invalid" }],
  ["is invalid if Solidity refuses it", [failed("SolidityCompileError: ..")], { kind: "invalid" }],
])("a mutant %s", async (_, outcomes, expected) => {
  const { kind, ran } = await judge(...outcomes);
  expect({ kind, ran: ran.map((file) => file.split(".")[0]) }).toMatchObject(expected);
});
