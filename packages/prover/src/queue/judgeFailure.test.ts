import { expect, test } from "vitest";
import { ProverProcessError, UnsatisfiableError } from "../errors.ts";
import { JobOverdueError, MissingInputsError, WorkerLostError, WorkerRefusedError } from "./errors.ts";
import { judgeFailure } from "./judgeFailure.ts";
import type { JobKind } from "./types.ts";

const ATTEMPTS = 3;
const dead = new ProverProcessError("it was killed");
const lost = new WorkerLostError("one", "stopped answering");
const refused = new WorkerRefusedError("one", { code: "UNEXPECTED", message: "no room" });
const late = new JobOverdueError("chain", 3);
const impossible = new UnsatisfiableError({ circuit: "chain", assertion: "x" });

test.each<[kind: JobKind, failures: number, overdues: number, error: Error, isWorthMore: boolean]>([
  ["block", 0, 0, dead, true],
  ["block", 1, 0, lost, true],
  ["block", 2, 0, refused, false],
  ["aggregate", 2, 0, dead, false],
  ["block", 0, 0, impossible, false],
  ["block", 0, 0, new MissingInputsError("00"), false],
  ["block", 0, 0, late, true],
  ["block", 0, 1, late, false],
  // Submitted again: it has one attempt, with more time.
  ["block", 0, 2, late, false],
  ["block", 0, 2, dead, true],
  ["aggregate", 0, 0, late, true],
  ["aggregate", 2, 30, late, true],
  ["settlement", 0, 9, late, true],
])("a %s that failed %d times and was stopped %d times, then %s: tried again %s", (...row) => {
  const [kind, failures, overdues, error, isWorthMore] = row;
  const isLate = error === late;
  expect(judgeFailure({ kind, failures, overdues }, error, ATTEMPTS)).toEqual({
    isWorthMore,
    tries: { kind, failures: failures + (isLate ? 0 : 1), overdues: overdues + (isLate ? 1 : 0) },
  });
});
