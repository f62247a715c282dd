import { expect, test } from "vitest";
import { judgeSubmission, type Sighting, type Verdict } from "./judgeSubmission.ts";
import type { MinedAt, Submission } from "./submission.ts";

const at = (block: number, blockHash: `0x${string}` = "0xb1"): MinedAt => ({
  hash: "0x01",
  block,
  blockHash,
  isReverted: false,
});
const waits: Submission = { key: "settle/1", nonce: 5, raw: "0x", attempts: [], mined: undefined, wasUndone: false };
const mined: Submission = { ...waits, mined: at(10) };
const quiet: Sighting = {
  count: 5,
  found: undefined,
  finalBlock: 0,
  sinceSignedMilliseconds: 0,
  sinceSentMilliseconds: 0,
  sinceMissedMilliseconds: 0,
  isUnderpriced: false,
  isTooDear: false,
};
const patience = { raiseMilliseconds: 30, raiseBlobMilliseconds: 90, repeatMilliseconds: 15, missedMilliseconds: 60 };
const withBlob: Submission = { ...waits, sidecar: { blob: "0x", commitment: "0x", proof: "0x" } };
const forever = Number.POSITIVE_INFINITY;

test.each<[string, Submission, Partial<Sighting>, Verdict]>([
  ["has just been sent", waits, {}, "wait"],
  ["may have been dropped", waits, { sinceSentMilliseconds: 15 }, "send"],
  ["was sent by a process before", waits, { sinceSentMilliseconds: forever, sinceSignedMilliseconds: forever }, "send"],
  ["waits for long", waits, { sinceSignedMilliseconds: 30, sinceSentMilliseconds: 20 }, "raise"],
  ["waits with a blob", withBlob, { sinceSignedMilliseconds: 89, sinceSentMilliseconds: 14 }, "wait"],
  ["waits with a blob for long", withBlob, { sinceSignedMilliseconds: 90, sinceSentMilliseconds: 14 }, "raise"],
  ["was refused for its fees", waits, { isUnderpriced: true }, "raise"],
  ["has just been refused for its cost", waits, { isTooDear: true, sinceSignedMilliseconds: 30 }, "wait"],
  ["was refused for its cost", waits, { isTooDear: true, sinceSentMilliseconds: 15 }, "lower"],
  ["is mined", waits, { count: 6, found: at(10) }, "mined"],
  ["is mined in a final block", waits, { count: 6, found: at(10), finalBlock: 10 }, "mined"],
  ["is where it was", mined, { count: 6, found: at(10), finalBlock: 9 }, "rest"],
  ["has moved to another block", mined, { count: 6, found: at(11, "0xb2"), finalBlock: 9 }, "mined"],
  ["is final", mined, { count: 6, found: at(10), finalBlock: 10 }, "forget"],
  ["was undone", mined, { count: 5 }, "undone"],
  ["has a nonce that is used, and no receipt yet", waits, { count: 6, sinceMissedMilliseconds: 59 }, "wait"],
  ["has lost its nonce", waits, { count: 6, sinceMissedMilliseconds: 60 }, "renumber"],
  ["was undone, and has lost its nonce", mined, { count: 6, sinceMissedMilliseconds: 60 }, "renumber"],
])("a submission that %s", (_name, submission, sighting, verdict) => {
  expect(judgeSubmission(submission, { ...quiet, ...sighting }, patience)).toBe(verdict);
});
