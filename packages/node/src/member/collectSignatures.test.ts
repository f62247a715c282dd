import { type CommitteeBlock, collectSignatures, toWire } from "@frond/committee";
import { until } from "@frond/foundation";
import { problemOfCommittee, signCommittee } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answering, type RunningCommittee, runCommittee, sleeping } from "../testing/members.ts";

let running: RunningCommittee;
beforeEach(async () => {
  running = await runCommittee(4, 3);
});
afterEach(() => running.close());

const TIMEOUT = 20_000;

/** Collects, and tells which members answered what. */
function collect(block: CommitteeBlock, timeoutMilliseconds = TIMEOUT) {
  const { members, threshold } = running.committee;
  const answers = new Map<number, string>();
  const signatures = collectSignatures({
    ...{ members, block, threshold, timeoutMilliseconds },
    onAnswer: (memberIndex, error) => void answers.set(memberIndex, error?.refusal ?? error?.message ?? "signed"),
  });
  return { answers, signatures };
}

const indices = (signatures: readonly { readonly memberIndex: number }[]) =>
  signatures.map(({ memberIndex }) => memberIndex);

it("as many signatures as needed come, by member index, and everybody gets the block", async () => {
  const block = running.file.block(10);
  const { signatures, answers } = collect(block);
  const signed = await signatures;
  expect(signed).toHaveLength(3);
  expect(indices(signed)).toEqual(indices(signed).toSorted());
  expect(problemOfCommittee(block.statement, signed, running.file.config)).toBeUndefined();
  await until(() => answers.size === 4);
  expect([...answers.values()]).toEqual(Array(4).fill("signed"));
});

it("one member that is down, or asleep, costs no time", async () => {
  await running.stop(0);
  expect(indices(await collect(running.file.block(10)).signatures)).toEqual([1, 2, 3]);
  await running.replace(0, sleeping);
  const started = performance.now();
  const { signatures, answers } = collect(running.file.block(11));
  expect(indices(await signatures)).toEqual([1, 2, 3]);
  expect(performance.now() - started).toBeLessThan(TIMEOUT / 2);
  expect(answers.has(0)).toBe(false);
});

const block = (): CommitteeBlock => running.file.block(10);
const lies: [name: string, result: () => unknown, reason: RegExp][] = [
  ["another block's signature", () => signedBy(0, running.file.block(11)), /its signature is not that of its key/],
  ["another member's signature", () => signedBy(1, block()), /its signature is not that of its key/],
  ["no signature", () => ({}), /its answer is none/],
  ["a signature off the curve", () => ({ signature: toWire({ r: { x: 1n, y: 1n }, s: 1n }) }), /not that of its key/],
];

function signedBy(memberIndex: number, { statement }: CommitteeBlock): unknown {
  return toWire({ signature: signCommittee(statement, running.file.secrets[memberIndex]!) });
}

it.each(lies)("a member that answers %s counts as none", async (_, result, reason) => {
  await running.replace(0, answering(result()));
  const { signatures, answers } = collect(block());
  expect(indices(await signatures)).toEqual([1, 2, 3]);
  await until(() => answers.has(0));
  expect(answers.get(0)).toMatch(reason);
});

it("too few that sign are named with their reasons, and the block can be tried again", async () => {
  await running.replace(0, sleeping);
  await running.stop(1);
  const { signatures } = collect(block(), 300);
  const error = await signatures.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "committee/silent", data: { threshold: 3, members: 4 } });
  expect((error as Error).message).toMatch(/^Fewer than 3 of the committee's 4 members sign for the block\./);
  expect((error as Error).message).toMatch(/it has not answered within 300 ms/);
  await running.start(1);
  expect(indices(await collect(block()).signatures)).toEqual([1, 2, 3]);
});

it("a member that restarts still refuses another block of the same time", async () => {
  await collect(block()).signatures;
  for (const memberIndex of [0, 1, 2, 3]) {
    await running.stop(memberIndex);
    await running.start(memberIndex);
  }
  const { signatures, answers } = collect(running.file.block(10, { words: [9n] }));
  await expect(signatures).rejects.toMatchObject({ code: "committee/silent" });
  await until(() => answers.size === 4);
  // One of them may have had neither when it was asked for the first.
  expect([...answers.values()].filter((answer) => answer === "committee/two-blocks").length).toBeGreaterThanOrEqual(3);
});
