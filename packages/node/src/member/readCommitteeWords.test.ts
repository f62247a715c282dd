import { createHash } from "node:crypto";
import {
  type BlockShare,
  type CommitteeBlock,
  codeOf,
  collectSignatures,
  encodeShares,
  readCommitteeBlock,
  readCommitteeWords,
  toWire,
  wordsToBytes,
} from "@frond/committee";
import { publicKeyOf, until } from "@frond/foundation";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { post, rpc } from "../testing/coins.ts";
import { answering, type RunningCommittee, runCommittee, sleeping } from "../testing/members.ts";

/** Two shares of five rebuild a block: four sign, one of those who need not is dead, one lies. */
const [MEMBERS, THRESHOLD] = [6, 4];

let running: RunningCommittee;
let block: CommitteeBlock;
let held: readonly BlockShare[];
beforeEach(async () => {
  running = await runCommittee(MEMBERS, THRESHOLD);
  block = running.file.block(12, { words: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n] });
  let answers = 0;
  await collectSignatures({ ...running.committee, block, onAnswer: () => answers++ });
  await until(() => answers === MEMBERS);
  held = await Promise.all(
    running.committee.members.map(async ({ url }) => {
      const { result } = await post(url, rpc("frond_getShare", toWire({ layerId: running.file.layerId, time: 12 })));
      return result as unknown as BlockShare;
    }),
  );
});
afterEach(() => running.close());

const hashOf = () => BigInt(held[0]!.committeeHash as unknown as string);
const { sharesNeeded } = codeOf({ members: Array(MEMBERS), threshold: THRESHOLD });

function read(timeoutMilliseconds = 20_000) {
  const { committee, file } = running;
  return readCommitteeWords({ committee, layerId: file.layerId, committeeHash: hashOf(), timeoutMilliseconds });
}
function readBlock(options: { isRight?: (block: CommitteeBlock) => boolean } = {}) {
  const { committee, file } = running;
  const sequencerKeys = [publicKeyOf(1n), file.config.sequencerKey];
  return readCommitteeBlock({ committee, layerId: file.layerId, time: 12, sequencerKeys, ...options });
}

const stopAll = (members: readonly number[]) => Promise.all(members.map((member) => running.stop(member)));

describe("a block's words", () => {
  it("come from any members, as many as are needed", async () => {
    expect(sharesNeeded).toBe(2);
    for (const [a, b] of [
      [0, 1],
      [2, 5],
      [4, 1],
    ] as const) {
      await stopAll([0, 1, 2, 3, 4, 5].filter((member) => member !== a && member !== b));
      expect(await read()).toEqual(block.words);
      expect(await readBlock()).toEqual(block);
      for (const member of running.file.secrets.keys()) if (member !== a && member !== b) await running.start(member);
    }
  });

  it("don't come from a member less", async () => {
    await stopAll([0, 1, 2, 3, 4]);
    await expect(read()).rejects.toMatchObject({ code: "committee/data", data: { sharesNeeded: 2 } });
  });

  it("don't wait for members that sleep", async () => {
    for (const member of [0, 1, 2, 3]) await running.replace(member, sleeping);
    const started = performance.now();
    expect(await read()).toEqual(block.words);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

/** What a member answers that knows the right share, and gives another one. */
type Lie = (share: BlockShare, memberIndex: number) => unknown;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** Shares of other words that agree with each other: all liars tell the same. */
const conspiracy: Lie = (share, memberIndex) => {
  const words = [9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n];
  const shares = encodeShares(words, { members: MEMBERS, sharesNeeded }).map(wordsToBytes);
  const hashes = shares.map((bytes) => createHash("sha256").update(bytes).digest());
  return { ...share, shareHashes: text(Buffer.concat(hashes)), share: text(shares[memberIndex]!) };
};

const lies: [name: string, lie: Lie][] = [
  ["another member's share", (share) => ({ ...share, share: held[4]!.share })],
  ["a share that is cut off", (share) => ({ ...share, share: "" })],
  ["another count of words", (share) => ({ ...share, count: 3 })],
  ["more words than a block can have", (share) => ({ ...share, count: 2 ** 31 })],
  ["hashes of its own", (share) => ({ ...share, shareHashes: text(new Uint8Array(32 * MEMBERS)) })],
  ["no hashes", (share) => ({ ...share, shareHashes: "" })],
  ["another block's statement", (share) => ({ ...share, statement: { ...share.statement, time: 13 } })],
  ["another public hash", (share) => ({ ...share, publicHash: share.statement.layerId })],
  ["what its friends tell, too", conspiracy],
  ["no share", () => ({})],
  ["null", () => null],
];

describe("members that lie", () => {
  it.each(lies)("with %s keep nobody from the words", async (_, lie) => {
    for (const member of [0, 1, 2, 3]) await running.replace(member, answering(lie(held[member]!, member)));
    expect(await read()).toEqual(block.words);
    expect(await readBlock()).toEqual(block);
  });

  it("with whatever is no answer keep nobody from the words", async () => {
    await running.replace(0, (_, response) => void response.end("<html>"));
    await running.replace(1, (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    await running.replace(2, (_, response) => {
      const chunk = Buffer.alloc(1_000_000, "x");
      const more = () => void (response.write(chunk) ? setImmediate(more) : response.once("drain", more));
      more();
    });
    await running.replace(3, (request) => void request.socket.destroy());
    expect(await read()).toEqual(block.words);
  });

  it("in groups of their own end in an error that names them", async () => {
    for (const member of [0, 1, 2, 3, 4]) await running.replace(member, answering(conspiracy(held[member]!, member)));
    await expect(read()).rejects.toThrow(/What http:.* hold together is not the block/);
  });

  it("together with the sequencer are found out by whoever knows more of the block", async () => {
    const second = running.file.block(12, { words: [3n, 2n, 1n], statement: { stateRootOut: 99n } });
    const other = await runCommittee(MEMBERS, THRESHOLD);
    await collectSignatures({ ...other.committee, block: second });
    const question = rpc("frond_getShare", toWire({ layerId: running.file.layerId, time: 12 }));
    for (const member of [0, 1, 2]) {
      const url = other.committee.members[member]!.url;
      const share = await until(async () => (await post(url, question)).result as unknown);
      await running.replace(member, answering(share));
    }
    await other.close();
    const isRight = ({ statement }: CommitteeBlock) => statement.stateRootOut === block.statement.stateRootOut;
    expect(await readBlock({ isRight })).toEqual(block);
  });
});
