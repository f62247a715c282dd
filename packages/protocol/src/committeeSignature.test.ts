import { publicKeyOf } from "@frond/foundation";
import { describe, expect, it, test } from "vitest";
import type { BlockStatement } from "./block.ts";
import { signBlock } from "./blockSignature.ts";
import {
  type CommitteeSignature,
  committeeRoot,
  committeeTree,
  problemOfCommittee,
  signCommittee,
  verifyCommitteeSignature,
} from "./committeeSignature.ts";
import { DataAvailability } from "./constants.ts";
import { createLayerConfig } from "./layerRecord.ts";
import { LeafIndexError } from "./merkleTree.ts";

const statement: BlockStatement = {
  layerId: 1n,
  stateRootIn: 2n,
  stateRootOut: 3n,
  time: 4,
  epoch: 5,
  messagesHash: 6n,
  dataHash: 7n,
};
const secrets = [11n, 12n, 13n, 14n, 15n];
const keys = secrets.map(publicKeyOf);
const config = createLayerConfig({
  parentId: 1n,
  index: 2n,
  blockKeysRoot: 3n,
  sequencerKey: publicKeyOf(9n),
  genesisStateRoot: 4n,
  dataAvailability: DataAvailability.validium,
  committeeRoot: committeeRoot(keys),
  committeeThreshold: 2,
});
const by = (memberIndex: number): CommitteeSignature => ({
  memberIndex,
  publicKey: keys[memberIndex]!,
  signature: signCommittee(statement, secrets[memberIndex]!),
  siblings: committeeTree(keys).path(memberIndex),
});

test("a member signs one statement, deterministically, and as nobody but a member", () => {
  const { publicKey, signature } = by(0);
  expect(signCommittee(statement, secrets[0]!)).toEqual(signature);
  expect(verifyCommitteeSignature(statement, { publicKey, signature })).toBe(true);
  expect(verifyCommitteeSignature({ ...statement, dataHash: 8n }, { publicKey, signature })).toBe(false);
  expect(verifyCommitteeSignature(statement, { publicKey: keys[1]!, signature })).toBe(false);
  const asSequencer = signBlock(statement, secrets[0]!).signature;
  expect(verifyCommitteeSignature(statement, { publicKey, signature: asSequencer })).toBe(false);
});

test("a committee has at most 16 members", () => {
  expect(() => committeeRoot(new Array(16).fill(keys[0]))).not.toThrow();
  expect(() => committeeRoot(new Array(17).fill(keys[0]))).toThrow(LeafIndexError);
});

describe("as many members as the config says must have signed", () => {
  const off = { x: 1n, y: 1n };
  it("which they may all have", () => {
    expect(problemOfCommittee(statement, [by(0), by(4)], config)).toBeUndefined();
    expect(problemOfCommittee(statement, [0, 1, 2, 3, 4].map(by), config)).toBeUndefined();
  });

  it.each<[name: string, signatures: CommitteeSignature[], problem: RegExp]>([
    ["too few", [by(0)], /1 signatures are not 2/],
    ["more than a block can carry", new Array(9).fill(by(0)), /more than 8/],
    ["the same twice", [by(0), by(0)], /order of the members/],
    ["out of order", [by(1), by(0)], /order of the members/],
    ["of a member beyond the last", [by(0), { ...by(1), memberIndex: 16 }], /order of the members/],
    ["of a member of no number", [by(0), { ...by(1), memberIndex: 1.5 }], /order of the members/],
    ["the same at another place", [by(0), { ...by(0), memberIndex: 1 }], /not in the committee/],
    ["of a stranger", [by(0), { ...by(1), publicKey: publicKeyOf(99n) }], /not in the committee/],
    ["of a key that is not on the curve", [by(0), { ...by(1), publicKey: off }], /not on the curve/],
    ["without a path", [by(0), { ...by(1), siblings: [] }], /path of a member/],
    ["of somebody else in a member's name", [by(0), { ...by(1), signature: by(2).signature }], /did not sign/],
  ])("not %s", (_, signatures, problem) => {
    expect(problemOfCommittee(statement, signatures, config)).toMatch(problem);
  });

  it("none can be enough where the config names no committee", () => {
    const none = { ...config, committeeThreshold: 0 };
    expect(problemOfCommittee(statement, [by(0), by(1)], none)).toMatch(/has no committee/);
  });
});
