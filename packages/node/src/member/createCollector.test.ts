import { type Collector, type CommitteeBlock, createCollector, type SealedBlocks } from "@frond/committee";
import { silentLogger, until } from "@frond/foundation";
import { problemOfCommittee } from "@frond/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { post, rpc } from "../testing/coins.ts";
import { type RunningCommittee, runCommittee, sleeping } from "../testing/members.ts";

let running: RunningCommittee;
let collectors: Collector[];
let blocks: Map<number, CommitteeBlock | undefined>;
let seconds: number;
let signed: number;
beforeEach(async () => {
  running = await runCommittee(3, 2);
  collectors = [];
  blocks = new Map();
  seconds = 0;
  signed = 0;
});
afterEach(async () => {
  for (const collector of collectors) await collector.close();
  await running.close();
});

/** The blocks of a layer, by number; one that is undefined leaves nothing to the committee. */
const sealed: SealedBlocks = {
  first: () => (blocks.size === 0 ? 0 : Math.min(...blocks.keys())),
  last: () => Math.max(0, ...blocks.keys()),
  timeOf: (number) => blocks.get(number)?.statement.time,
  read: (number) => blocks.get(number),
};

function start(timeoutMilliseconds = 20_000): Collector {
  const { committee, file } = running;
  const collector = createCollector(
    { layerId: file.layerId, committee, timeoutMilliseconds },
    { blocks: sealed, logger: silentLogger, onSigned: () => signed++, now: () => 1_000 * seconds },
  );
  collectors.push(collector);
  return collector;
}

const seal = (number: number, time = number) => blocks.set(number, running.file.block(time));

/** Passes seconds until the condition is met. */
const turnUntil = (collector: Collector, condition: () => unknown) =>
  until(() => {
    seconds++;
    collector.turn();
    return condition();
  });

/** Times of blocks that a member holds. */
async function heldBy(memberIndex: number): Promise<number[]> {
  const { layerId } = running.file;
  const { url } = running.committee.members[memberIndex]!;
  const { result } = await post(
    url,
    rpc("frond_getShares", { layerId: `0x${layerId.toString(16).padStart(64, "0")}`, after: 0 }),
  );
  const { shares } = result as unknown as { shares: { statement: { time: number } }[] };
  return shares.map(({ statement }) => statement.time);
}

describe("a layer's blocks", () => {
  it("are signed for in any order, and are ready in theirs", async () => {
    for (const number of [1, 2, 3]) seal(number);
    const collector = start();
    collector.advance({ above: 0, last: 3 });
    expect(collector.readyThrough(0)).toBe(0);
    await until(() => collector.readyThrough(0) === 3);
    for (const number of [1, 2, 3]) {
      const { statement } = blocks.get(number)!;
      expect(problemOfCommittee(statement, collector.signaturesOf(number), running.file.config)).toBeUndefined();
    }
    expect(signed).toBe(3);
    collector.advance({ above: 2, last: 3 });
    expect([collector.readyThrough(2), collector.signaturesOf(1)]).toEqual([3, []]);
  });

  it("without words for the committee need nobody", async () => {
    for (const memberIndex of [0, 1, 2]) await running.stop(memberIndex);
    blocks.set(1, undefined);
    const collector = start();
    collector.advance({ above: 0, last: 1 });
    await until(() => collector.readyThrough(0) === 1);
    expect(collector.signaturesOf(1)).toEqual([]);
  });

  it("wait while too few members sign, say so, and go on when one is back", async () => {
    await running.stop(0);
    await running.stop(1);
    for (const number of [1, 2]) seal(number);
    const collector = start();
    collector.advance({ above: 0, last: 2 });
    await until(() => collector.status().waiting);
    expect(collector.readyThrough(0)).toBe(0);
    expect(collector.status().waiting).toMatch(/Fewer than 2 of the committee's 3 members sign for the block/);
    expect(collector.status().members.map(({ reason }) => reason !== undefined)).toEqual([true, true, false]);
    await running.start(1);
    await turnUntil(collector, () => collector.readyThrough(0) === 2);
    expect(collector.status().waiting).toBeUndefined();
  });

  it("that are taken back take their signatures along", async () => {
    for (const number of [1, 2]) seal(number);
    const collector = start();
    collector.advance({ above: 0, last: 2 });
    await until(() => collector.readyThrough(0) === 2);
    blocks.delete(2);
    collector.setBack();
    expect(collector.readyThrough(0)).toBe(0);
    collector.turn();
    seal(2, 20);
    collector.advance({ above: 1, last: 2 });
    await until(() => collector.readyThrough(1) === 2);
    const { statement } = blocks.get(2)!;
    expect(problemOfCommittee(statement, collector.signaturesOf(2), running.file.config)).toBeUndefined();
  });
});

describe("a member that was away", () => {
  it("gets what it has missed, and is not asked again then", async () => {
    await running.stop(0);
    for (const number of [1, 2, 3]) seal(number);
    const collector = start();
    collector.advance({ above: 0, last: 3 });
    await until(() => collector.readyThrough(0) === 3);
    await turnUntil(collector, () => collector.status().members[1]?.isBehind === false);
    expect(collector.status().members[0]).toMatchObject({
      isBehind: true,
      reason: expect.stringMatching(/does not help/),
    });
    await running.start(0);
    await turnUntil(collector, () => collector.status().members.every(({ isBehind }) => !isBehind));
    expect(await heldBy(0)).toEqual([1, 2, 3]);
    seal(4);
    collector.advance({ above: 3, last: 4 });
    await until(async () => (await heldBy(0)).length === 4);
  });

  it("gets it also from a layer that was started again, by hundreds", async () => {
    await running.stop(2);
    for (let number = 1; number <= 300; number++) seal(number);
    const first = start();
    for (let above = 0; above < 300; above = first.readyThrough(above)) {
      first.advance({ above, last: 300 });
      await until(() => first.readyThrough(above) > above);
    }
    await first.close();
    await running.start(2);
    const second = start();
    await turnUntil(second, () => second.status().members.every(({ isBehind }) => !isBehind));
    expect((await heldBy(2)).length).toBe(300);
  });

  it("gets also blocks that no signatures are collected for", async () => {
    const collector = start();
    await turnUntil(collector, () => collector.status().members.every(({ isBehind }) => !isBehind));
    seal(1);
    collector.noteSealed();
    await turnUntil(collector, () => collector.status().members.every(({ isBehind }) => !isBehind));
    expect(await heldBy(2)).toEqual([1]);
    expect(collector.readyThrough(0)).toBe(0);
  });

  it("does not keep others from theirs while it sleeps", async () => {
    await running.replace(0, sleeping);
    await running.stop(1);
    seal(1);
    const collector = start(500);
    collector.advance({ above: 0, last: 1 });
    await until(() => collector.status().waiting);
    await running.start(1);
    await turnUntil(collector, () => collector.status().members.filter(({ isBehind }) => !isBehind).length === 2);
    expect(await heldBy(1)).toEqual([1]);
  });

  it("and holds another block of a time is left with that, and gets the rest", async () => {
    const { committee, file } = running;
    const collector = start();
    await running.stop(1);
    await running.stop(2);
    blocks.set(1, file.block(1, { words: [9n] }));
    collector.advance({ above: 0, last: 1 });
    await until(() => collector.status().waiting);
    seal(1);
    seal(2);
    collector.setBack();
    await running.start(1);
    await running.start(2);
    collector.advance({ above: 0, last: 2 });
    await turnUntil(collector, () => collector.status().members.every(({ isBehind }) => !isBehind));
    expect(await Promise.all(committee.members.map((_, memberIndex) => heldBy(memberIndex)))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(collector.readyThrough(0)).toBe(2);
  });
});
