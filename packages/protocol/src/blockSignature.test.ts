import { publicKeyOf } from "@frond/foundation";
import { expect, test } from "vitest";
import type { BlockStatement } from "./block.ts";
import {
  type BlockSignature,
  type Equivocation,
  signBlock,
  statementHash,
  verifyBlockSignature,
  verifyEquivocation,
} from "./blockSignature.ts";
import { equivocationSchema, fromJson, MalformedValueError, toJson } from "./codec.ts";

const secret = 55n;
const sequencerKey = publicKeyOf(secret);
const statement: BlockStatement = {
  layerId: 5n,
  stateRootIn: 1n,
  stateRootOut: 2n,
  time: 7,
  epoch: 3,
  messagesHash: 4n,
  dataHash: 6n,
};
const other: BlockStatement = { ...statement, stateRootOut: 3n };
const signed = signBlock(statement, secret);
const evidence: Equivocation = { sequencerKey, first: signed, second: signBlock(other, secret) };

test("a block's signature verifies, and names the block", () => {
  expect(signed).toMatchObject({ layerId: 5n, time: 7, epoch: 3, statementHash: statementHash(statement) });
  expect(verifyBlockSignature(signed, sequencerKey)).toBe(true);
  expect(verifyBlockSignature(signed, publicKeyOf(56n))).toBe(false);
});

const changes: Record<string, Partial<BlockSignature>> = {
  layerId: { layerId: 6n },
  time: { time: 8 },
  epoch: { epoch: 4 },
  statementHash: { statementHash: 1n },
  s: { signature: { ...signed.signature, s: signed.signature.s + 1n } },
};

test.each(Object.keys(changes))("changing %s breaks the signature", (name) => {
  expect(verifyBlockSignature({ ...signed, ...changes[name] }, sequencerKey)).toBe(false);
});

test("two blocks at one time are evidence, whatever their epochs", () => {
  expect(verifyEquivocation(evidence)).toBe(true);
  const later = signBlock({ ...statement, epoch: 9 }, secret);
  expect(verifyEquivocation({ ...evidence, second: later })).toBe(true);
  expect(fromJson(equivocationSchema, toJson(evidence))).toEqual(evidence);
});

const innocent: Record<string, Partial<Equivocation>> = {
  "the same block twice": { second: signed },
  "a block at another time": { second: signBlock({ ...other, time: 8 }, secret) },
  "a block of another layer": { second: signBlock({ ...other, layerId: 6n }, secret) },
  "a block signed by another key": { second: signBlock(other, 56n) },
  "another key": { sequencerKey: publicKeyOf(56n) },
  "a block that nobody signed": { second: { ...signed, statementHash: statementHash(other) } },
};

test.each(Object.keys(innocent))("%s is no evidence", (name) => {
  expect(verifyEquivocation({ ...evidence, ...innocent[name] })).toBe(false);
});

test("malformed evidence is refused", () => {
  expect(() => fromJson(equivocationSchema, toJson({ ...evidence, second: undefined }))).toThrow(MalformedValueError);
});
