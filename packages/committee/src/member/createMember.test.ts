import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publicKeyOf, type Signature } from "@frond/foundation";
import { committeeRoot, verifyCommitteeSignature, verifyEquivocation, wholeChunks } from "@frond/protocol";
import { memoryTables, openTables } from "@frond/store";
import { describe, expect, it } from "vitest";
import { rebuildWords } from "../code/shares.ts";
import { bytesToWords, hashOfShare, wordsToBytes } from "../code/wordBytes.ts";
import { MOST_WORDS } from "../limits.ts";
import { type TestCommittee, testCommittee } from "../testing/committee.ts";
import type { CommitteeBlock } from "../types.ts";
import {
  createMember,
  defaultMemberLimits,
  type Member,
  type MemberLimits,
  type OfferedBlock,
} from "./createMember.ts";
import { type CommitteeFile, memberLayerOf } from "./memberLayer.ts";

const offered = (block: CommitteeBlock): OfferedBlock => ({ ...block, words: wordsToBytes(block.words) });

type Options = { readonly index?: number; readonly limits?: Partial<MemberLimits>; readonly clock?: () => number };

function memberOf(file: TestCommittee, { index = 0, limits, clock }: Options = {}, tables = memoryTables()): Member {
  const secret = file.secrets[index]!;
  const layers = [memberLayerOf({ config: file.config, committee: file.committee }, secret)];
  const options = { secret, layers, limits: { ...defaultMemberLimits, ...limits } };
  return createMember(options, { tables, ...(clock === undefined ? {} : { clock }) });
}

const file = testCommittee(4, 3);
const isSigned = (block: CommitteeBlock, signature: Signature, index = 0) =>
  verifyCommitteeSignature(block.statement, { signature, publicKey: publicKeyOf(file.secrets[index]!) });

describe("a member", () => {
  it("signs for a block that it holds, and signs it again", async () => {
    const member = memberOf(file);
    const block = file.block(10);
    const signature = await member.sign(offered(block));
    expect(isSigned(block, signature)).toBe(true);
    expect(await member.sign(offered(block))).toEqual(signature);
    expect(member.layers).toMatchObject([
      { layerId: file.layerId, blocks: 1, members: 4, threshold: 3, sharesNeeded: 2 },
    ]);
    expect(member.share({ layerId: file.layerId, time: 10 }).statement).toEqual(block.statement);
  });

  it("holds what rebuilds the words together with others, and hashes of all shares", async () => {
    const block = file.block(11);
    const shares = await Promise.all(
      [1, 3].map(async (index) => {
        const member = memberOf(file, { index });
        await member.sign(offered(block));
        return { index, held: member.share({ layerId: file.layerId, time: 11 }) };
      }),
    );
    const columns = new Map(shares.map(({ index, held }) => [index, bytesToWords(held.share)!]));
    const { count } = shares[0]!.held;
    expect(rebuildWords(columns, { sharesNeeded: 2, count })).toEqual(wholeChunks(block.words));
    for (const { index, held } of shares) {
      expect(held.shareHashes).toEqual(shares[0]!.held.shareHashes);
      expect(held.shareHashes.subarray(32 * index, 32 * index + 32)).toEqual(hashOfShare(held.share));
    }
  });

  it("makes one share of lists that differ by zeros at the end", async () => {
    const [one, two] = [memberOf(file), memberOf(file)];
    const block = file.block(12, { words: [5n] });
    await one.sign(offered(block));
    await two.sign(offered({ ...block, words: [5n, 0n, 0n] }));
    const which = { layerId: file.layerId, time: 12 };
    expect(one.share(which)).toEqual(two.share(which));
  });

  it("gives shares by the hash of the words, and in pages by time", async () => {
    const member = memberOf(file);
    for (const time of [30, 10, 20]) await member.sign(offered(file.block(time)));
    const { layerId } = file;
    const { committeeHash } = member.share({ layerId, time: 20 });
    expect(member.share({ layerId, committeeHash }).statement.time).toBe(20);
    const times = (after: number, bytes: number) => {
      const { shares, next } = member.page(layerId, { after, bytes });
      return [shares.map(({ statement }) => statement.time), next];
    };
    expect(times(0, 1)).toEqual([[10], 10]);
    expect(times(10, 2_000)).toEqual([[20, 30], undefined]);
    expect(times(30, 1)).toEqual([[], undefined]);
    expect(member.missing(layerId, [5, 10, 30, 31])).toEqual([5, 31]);
    expect(() => member.share({ layerId, time: 11 })).toThrow(expect.objectContaining({ code: "committee/not-held" }));
  });
});

const another = testCommittee(4, 3, 2n);
describe("a member of a layer that is upgraded", () => {
  const NEXT_SEQUENCER = 78n;
  const former = { config: file.config, committee: file.committee };
  const nextKey = { ...former, config: { ...file.config, sequencerKey: publicKeyOf(NEXT_SEQUENCER) } };
  /** The same keys in another order, with another threshold. */
  const members = file.committee.members.toReversed();
  const keys = members.map(({ publicKey }) => publicKey);
  const nextCommittee = {
    config: { ...file.config, committeeRoot: committeeRoot(keys), committeeThreshold: 4 },
    committee: { members, threshold: 4 },
  };
  const serve = (...files: CommitteeFile[]) => {
    const secret = file.secrets[0]!;
    const layers = files.map((one) => memberLayerOf(one, secret));
    return createMember({ secret, layers, limits: defaultMemberLimits }, { tables: memoryTables() });
  };
  const named = ({ config }: CommitteeFile) => ({ root: config.committeeRoot, threshold: config.committeeThreshold });

  it("signs what either sequencer has signed, and holds it once", async () => {
    const member = serve(former, nextKey);
    const [first, second] = [file.block(10), file.block(11, { sequencerSecret: NEXT_SEQUENCER })];
    expect(isSigned(first, await member.sign(offered(first)))).toBe(true);
    expect(isSigned(second, await member.sign(offered(second)))).toBe(true);
    expect(member.layers).toMatchObject([{ layerId: file.layerId, blocks: 2 }]);
    const strange = offered(file.block(12, { sequencerSecret: 79n }));
    await expect(member.sign(strange)).rejects.toMatchObject({ code: "committee/wrong-signature" });
  });

  it("holds the share of its place in the committee that is to hold the block", async () => {
    const member = serve(former, nextCommittee);
    const [first, second] = [file.block(10), file.block(11)];
    await member.sign({ ...offered(first), committee: named(former) });
    await member.sign({ ...offered(second), committee: named(nextCommittee) });
    const shares = [10, 11].map((time) => member.share({ layerId: file.layerId, time }));
    const places = shares.map(({ share, shareHashes }) => {
      const own = Buffer.from(hashOfShare(share));
      const isAt = (at: number) => own.equals(shareHashes.subarray(32 * at, 32 * at + 32));
      return [0, 1, 2, 3].filter(isAt);
    });
    expect(places).toEqual([[0], [3]]);
    const unknown = { ...offered(file.block(12)), committee: named({ ...former, config: nextCommittee.config }) };
    await expect(serve(former).sign(unknown)).rejects.toMatchObject({ code: "committee/other-committee" });
  });

  it("keeps no evidence against one sequencer of what two have signed", async () => {
    const member = serve(former, nextKey);
    await member.sign(offered(file.block(10)));
    const again = file.block(10, { sequencerSecret: NEXT_SEQUENCER, words: [1n] });
    await expect(member.sign(offered(again))).rejects.toMatchObject({ code: "committee/two-blocks" });
    expect(member.evidence(file.layerId)).toEqual([]);
  });
});

const refusals: [name: string, code: string, offer: () => OfferedBlock][] = [
  ["another layer", "committee/unknown-layer", () => offered(another.block(10))],
  [
    "another layer's words under its own layer id",
    "committee/wrong-signature",
    () => {
      const block = another.block(10);
      return offered({ ...block, statement: { ...block.statement, layerId: file.layerId } });
    },
  ],
  ["another sequencer", "committee/wrong-signature", () => offered(file.block(10, { sequencerSecret: 78n }))],
  [
    "another statement than was signed",
    "committee/wrong-signature",
    () => {
      const block = file.block(10);
      return offered({ ...block, statement: { ...block.statement, stateRootOut: 99n } });
    },
  ],
  ["other words than the hash", "committee/other-words", () => offered({ ...file.block(10), words: [1n, 2n] })],
  [
    "one word more",
    "committee/other-words",
    () => offered({ ...file.block(12), words: [...file.block(12).words, 1n] }),
  ],
  ["another public hash", "committee/other-words", () => offered({ ...file.block(10), publicHash: 1n })],
  ["no words", "committee/nothing-to-hold", () => offered(file.block(10, { words: [] }))],
  [
    "words above the modulus",
    "committee/not-canonical",
    () => ({ ...file.block(10), words: new Uint8Array(32).fill(255) }),
  ],
  ["half a word", "committee/not-canonical", () => ({ ...file.block(10), words: new Uint8Array(31) })],
  [
    "too many words",
    "committee/too-many-words",
    () => ({ ...file.block(10), words: new Uint8Array(32 * (MOST_WORDS + 1)) }),
  ],
];

describe("a member refuses, and holds nothing of", () => {
  it.each(refusals)("%s", async (_, code, offer) => {
    const member = memberOf(file);
    await expect(member.sign(offer())).rejects.toMatchObject({ code });
    expect(member.layers).toMatchObject([{ blocks: 0, bytes: 0 }]);
  });

  it("two blocks for one time, and keeps the evidence of the first such", async () => {
    const member = memberOf(file);
    const first = file.block(10);
    await member.sign(offered(first));
    for (const words of [[9n], [8n]]) {
      const second = file.block(10, { words });
      await expect(member.sign(offered(second))).rejects.toMatchObject({ code: "committee/two-blocks" });
    }
    const evidence = member.evidence(file.layerId);
    expect(evidence.map(verifyEquivocation)).toEqual([true]);
    expect(isSigned(first, await member.sign(offered(first)))).toBe(true);
    expect(member.layers).toMatchObject([{ blocks: 1 }]);
  });

  it("one of two blocks for one time that come at once", async () => {
    const member = memberOf(file);
    const results = await Promise.allSettled([
      member.sign(offered(file.block(10))),
      member.sign(offered(file.block(10, { words: [9n] }))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("what is more than a layer may have, and says so", async () => {
    const member = memberOf(file, { limits: { maximumBytes: 3_000 } });
    await member.sign(offered(file.block(10)));
    await member.sign(offered(file.block(11)));
    await expect(member.sign(offered(file.block(12)))).rejects.toMatchObject({ code: "committee/full" });
    expect(member.layers).toMatchObject([{ blocks: 2, maximumBytes: 3_000 }]);
    expect(isSigned(file.block(11), await member.sign(offered(file.block(11))))).toBe(true);
  });

  it("what comes too fast, until it has time again", async () => {
    let now = 0;
    const member = memberOf(file, { limits: { byteRate: 1_000, byteBurst: 2_000 }, clock: () => now });
    await member.sign(offered(file.block(10)));
    await expect(member.sign(offered(file.block(11)))).rejects.toMatchObject({ code: "committee/too-fast" });
    now += 2_000;
    await member.sign(offered(file.block(11)));
  });

  it("wrong words of others without using up what its layer may have", async () => {
    const member = memberOf(file, { limits: { byteRate: 1, byteBurst: 2_000 }, clock: () => 0 });
    const block = file.block(10);
    for (let i = 0; i < 5; i++)
      await expect(member.sign(offered({ ...block, words: [BigInt(i)] }))).rejects.toMatchObject({
        code: "committee/other-words",
      });
    await member.sign(offered(block));
  });

  it("what it can't store", async () => {
    const tables = memoryTables();
    const write = async () => {
      throw new Error("ENOSPC: no space left on device");
    };
    const member = memberOf(file, {}, { ...tables, write });
    await expect(member.sign(offered(file.block(10)))).rejects.toThrowErrorMatchingInlineSnapshot(
      "[MemberError: The member can't store the block: ENOSPC: no space left on device. Look at its disk; it signs again when it can write.]",
    );
    expect(member.missing(file.layerId, [10])).toEqual([10]);
  });
});

describe("a member that is killed between the write and the signature", () => {
  it("holds the block, signs it when asked again, and no other of its time", async () => {
    const path = mkdtempSync(join(tmpdir(), "frond-member-kill-"));
    const entry = fileURLToPath(new URL("./kill.child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", entry, path], { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      said += String(data);
    });
    const [, signal] = await once(child, "exit");
    expect([signal, said]).toEqual(["SIGKILL", ""]);
    const tables = openTables({ path });
    const member = memberOf(file, {}, tables);
    expect(member.missing(file.layerId, [10])).toEqual([]);
    const other = file.block(10, { words: [9n] });
    await expect(member.sign(offered(other))).rejects.toMatchObject({ code: "committee/two-blocks" });
    expect(isSigned(file.block(10), await member.sign(offered(file.block(10))))).toBe(true);
    expect(member.layers).toMatchObject([{ blocks: 1 }]);
    await tables.close();
    rmSync(path, { recursive: true });
  });
});
