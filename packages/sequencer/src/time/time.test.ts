import { LAST_TIME, MAX_DRIFT_MILLISECONDS, transactionHash } from "@frond/protocol";
import { memoryStore, type Store } from "@frond/store";
import { describe, expect, it } from "vitest";
import { startInTest } from "../startInTest.ts";
import {
  ALICE,
  alice,
  BOB,
  balanceOf,
  bob,
  call,
  deposit,
  dyingAfter,
  identity,
  leg,
  manualClock,
  payment,
  startOn,
} from "../testing.ts";
import type { SequencerOptions } from "../types.ts";

const [SECOND, HOUR] = [1_000, 3_600_000];
/** An ordinary afternoon. */
const NOON = 1_800_000_000_000;

type Clock = ReturnType<typeof manualClock>;

function start(store: Store = memoryStore(identity), clock = manualClock(), options: Partial<SequencerOptions> = {}) {
  const sequencer = startInTest(store, options, { clock });
  return { store, clock, sequencer };
}
function startAtNoon(options: Partial<SequencerOptions> = {}) {
  const begun = start(memoryStore(identity), manualClock(), options);
  begun.sequencer.setTime(NOON);
  return begun;
}

const note = (nonce: number, secret = ALICE) =>
  call(secret, { method: "note", args: [BigInt(nonce), 1n], nonce, expiry: LAST_TIME });
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}
/** What becomes of promises, without waiting for them. */
function watch(promises: readonly Promise<unknown>[]) {
  const ended: string[] = [];
  for (const [i, promise] of promises.entries())
    promise.then(
      () => ended.push(`${i}`),
      (error) => ended.push(`${i}: ${error.code}`),
    );
  return ended;
}

describe("a block's time", () => {
  it("is the network's when it is opened, though nobody did anything for hours", async () => {
    const { clock, sequencer } = startAtNoon();
    expect(await sequencer.submit(note(0))).toMatchObject({ block: 1, time: NOON });
    clock.advance(SECOND);
    expect(await sequencer.submit(note(1))).toMatchObject({ block: 1, time: NOON });
    await sequencer.seal();
    clock.advance(HOUR);
    expect(sequencer.status()).toMatchObject({ time: NOON + HOUR + SECOND, ahead: 0 });
    expect(await sequencer.submit(note(2))).toMatchObject({ block: 2, time: NOON + HOUR + SECOND });
  });

  it("is the wall clock's before the layer was told the network's", async () => {
    const { clock, sequencer } = start();
    clock.set(NOON);
    expect(await sequencer.submit(note(0))).toMatchObject({ time: NOON });
    await sequencer.seal();
    clock.set(NOON - HOUR);
    sequencer.setTime(NOON + 7);
    expect(await sequencer.submit(note(1))).toMatchObject({ time: NOON + 7 });
  });

  it("is later than the block before and than the newest message that it consumes", async () => {
    const { store, sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    await sequencer.seal();
    await sequencer.submit(note(1));
    await sequencer.seal();
    await sequencer.consume([payment(alice, 5n, NOON + 40)]);
    await sequencer.seal();
    expect([1, 2, 3].map((number) => store.block(number)?.time)).toEqual([NOON, NOON + 1, NOON + 41]);
  });

  it("is what refuses a transaction that has expired, which says both times", async () => {
    const { clock, sequencer } = startAtNoon();
    clock.advance(HOUR);
    const late = call(ALICE, { method: "note", args: [1n, 1n], nonce: 0, expiry: NOON + HOUR - 1 });
    await expect(sequencer.submit(late)).rejects.toMatchObject({
      code: "sequencer/expired",
      message:
        "The transaction was valid until 2027-01-15T08:59:59.999Z, and its block would have the time " +
        "2027-01-15T09:00:00.000Z. Sign again with a later expiry.",
    });
  });

  it("does not get old: a block that a jump of the network's time has left behind ends", async () => {
    const { store, sequencer } = startAtNoon({ blockMilliseconds: SECOND });
    await sequencer.submit(note(0));
    sequencer.setTime(NOON + HOUR);
    expect(await sequencer.submit(note(1))).toMatchObject({ block: 2, time: NOON + HOUR });
    expect(store.block(1)?.time).toBe(NOON);
  });
});

describe("a layer that starts with a wall clock that is ahead", () => {
  const startAhead = () => {
    const begun = start(memoryStore(identity), manualClock(), { timeWaitMilliseconds: 5 * SECOND });
    begun.clock.set(NOON + 3 * HOUR);
    return begun;
  };

  it("waits to be told the time, and opens no block that would keep it waiting for hours", async () => {
    const { clock, sequencer } = startAhead();
    const ended = watch([sequencer.submit(note(0)), sequencer.consume([deposit(bob, 5n, 0)])]);
    await turns();
    clock.advance(3 * SECOND);
    await turns();
    expect([ended, sequencer.status().ahead]).toEqual([[], 2 * SECOND]);
    sequencer.setTime(NOON);
    await turns();
    expect(ended.toSorted()).toEqual(["0", "1"]);
    expect(sequencer.status()).toMatchObject({ time: NOON, ahead: 0 });
  });

  it("goes on without being told after a while", async () => {
    const { clock, sequencer } = startAhead();
    const ended = watch([sequencer.submit(note(0))]);
    await turns();
    for (let second = 0; second < 5; second++) clock.advance(SECOND);
    await turns();
    expect(ended).toEqual(["0"]);
    expect(sequencer.status().time).toBe(NOON + 3 * HOUR + 5 * SECOND);
  });
});

describe("a layer that is ahead", () => {
  /** Its last block is at noon, and the network's time is three hours earlier. */
  const startAhead = async () => {
    const begun = startAtNoon();
    await begun.sequencer.consume([deposit(alice, 100n, 0)]);
    await begun.sequencer.seal();
    begun.sequencer.setTime(NOON - 3 * HOUR);
    return begun;
  };

  it("opens no block until the network's time has come up; what waits keeps its order", async () => {
    const { clock, sequencer } = await startAhead();
    const ended = watch([
      sequencer.submit(note(0)),
      sequencer.submit(note(1)),
      sequencer.consume([deposit(bob, 5n, 1)]),
      sequencer.consume([payment(bob, 7n, 900)]),
    ]);
    await turns();
    const left = 3 * HOUR - MAX_DRIFT_MILLISECONDS + 1;
    expect(sequencer.status()).toMatchObject({ time: NOON + 1, ahead: left, waiting: 2, inbox: 2 });
    clock.advance(left - 1);
    await turns();
    expect([ended, sequencer.status().ahead]).toEqual([[], 1]);
    clock.advance(1);
    await turns();
    expect(ended.toSorted()).toEqual(["0", "1", "2", "3"]);
    expect(sequencer.status()).toMatchObject({ ahead: 0, time: NOON + 1, waiting: 0 });
    expect(balanceOf(sequencer, bob)).toBe(12n);
  });

  it("waits no longer when it is set back: it goes on from the last block that the coordinator has taken", async () => {
    const { store, clock, sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    await sequencer.seal();
    sequencer.setTime(NOON + 9_000 * HOUR);
    await sequencer.submit(note(1));
    await sequencer.seal();
    sequencer.setTime(NOON + HOUR);
    const waiting = watch([sequencer.submit(note(2))]);
    await turns();
    expect([waiting, sequencer.status().ahead > HOUR]).toEqual([[], true]);
    await sequencer.setBack({ through: 1, epoch: 1, session: 1, time: NOON + SECOND });
    await turns();
    expect(sequencer.promised(transactionHash(note(1)))).toMatchObject({ block: 2, time: NOON + HOUR });
    expect(waiting).toEqual(["0"]);
    await sequencer.seal();
    // Who is not ahead keeps the last time, those of removed blocks included, after a restart, too.
    await sequencer.setBack({ through: 1, epoch: 1, session: 2, time: NOON });
    await sequencer.close();
    const again = start(store, clock).sequencer;
    again.setTime(NOON);
    expect(again.position().time).toBeGreaterThanOrEqual(NOON + HOUR);
  });

  it("goes on at once when it is told a later time", async () => {
    const { sequencer } = await startAhead();
    const ended = watch([sequencer.submit(note(0))]);
    await turns();
    sequencer.setTime(NOON + HOUR);
    await turns();
    expect(ended).toEqual(["0"]);
    expect(sequencer.status().time).toBe(NOON + HOUR);
  });

  it("orders what the open block has no room for when the time has come, in its order", async () => {
    const { clock, sequencer } = startAtNoon();
    for (let nonce = 0; nonce < 16; nonce++) await sequencer.submit(note(nonce));
    sequencer.setTime(NOON - HOUR);
    const ended = watch([sequencer.submit(note(16)), sequencer.submit(note(17))]);
    await turns();
    expect([ended, sequencer.status().waiting]).toEqual([[], 2]);
    clock.advance(HOUR);
    await turns();
    expect(ended).toEqual(["0", "1"]);
    expect(sequencer.status()).toMatchObject({ block: 2, time: NOON + 1 });
  });

  it("fills the block that is open, and gives no promise for a leg that would need another", async () => {
    const { sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    sequencer.setTime(NOON - HOUR);
    expect(await sequencer.submit(note(1))).toMatchObject({ block: 1, time: NOON });
    await sequencer.seal();
    const prepared = watch([
      sequencer.prepare(leg(ALICE, { method: "note", args: [9n, 1n], nonce: 2, expiry: LAST_TIME })),
    ]);
    await turns();
    expect(prepared).toEqual([]);
  });

  it("commits a leg that it has promised: other layers have executed theirs", async () => {
    const { sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    const transaction = leg(ALICE, { method: "note", args: [9n, 1n], nonce: 1, expiry: LAST_TIME });
    await sequencer.prepare(transaction);
    await sequencer.seal();
    sequencer.setTime(NOON - HOUR);
    expect(await sequencer.commit(transactionHash(transaction))).toMatchObject({ block: 2, time: NOON + 1 });
  });

  it("loses nothing in a set-back: what returns waits with the rest, and is not given up", async () => {
    const { clock, sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    sequencer.setTime(NOON - HOUR);
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    expect(sequencer.returning()).toEqual({ count: 1, waiting: NOON });
    sequencer.giveUp(LAST_TIME);
    const next = watch([sequencer.submit(note(1))]);
    await turns();
    expect(sequencer.returning().count).toBe(1);
    clock.advance(HOUR);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 0 });
    await expect.poll(() => next).toHaveLength(1);
    expect(sequencer.status().time).toBe(NOON + 1);
  });

  it("can be held, and the end of the epoch goes over it", async () => {
    const { sequencer } = await startAhead();
    const ended = watch([sequencer.submit(note(0))]);
    await sequencer.hold();
    expect(sequencer.position()).toMatchObject({ isHeld: true, time: NOON });
    await sequencer.closeEpoch(1, NOON + 500);
    await turns();
    // The window of the next epoch begins later than the network's time: so do its blocks.
    expect(ended).toEqual(["0"]);
    expect(sequencer.status()).toMatchObject({ epoch: 2, time: NOON + 501, ahead: 0 });
  });

  it("refuses what waits when it is closed", async () => {
    const { sequencer } = await startAhead();
    const ended = watch([sequencer.submit(note(0)), sequencer.consume([payment(bob, 7n, 900)])]);
    await turns();
    await sequencer.close();
    await turns();
    expect(ended.toSorted()).toEqual(["0: sequencer/closed", "1: sequencer/closed"]);
  });
});

it("a message that is ahead waits until its time has come, and only its source waits with it", async () => {
  const { clock, sequencer } = startAtNoon();
  const time = NOON + MAX_DRIFT_MILLISECONDS + 100;
  const ended = watch([
    sequencer.consume([payment(bob, 7n, time)]),
    sequencer.consume([deposit(bob, 5n, 0)]),
    sequencer.submit(note(0)),
  ]);
  await turns();
  expect(ended.toSorted()).toEqual(["1", "2"]);
  clock.advance(101);
  await turns();
  // A later block is opened for it, after the delay of messages.
  clock.advance(100);
  await turns();
  expect(ended).toHaveLength(3);
  expect(sequencer.status().time).toBe(time + 1);
});

describe("a held layer's clock", () => {
  it("stands still, and its position says where", async () => {
    const { clock, sequencer } = startAtNoon();
    await sequencer.submit(note(0));
    await sequencer.seal();
    clock.advance(10 * SECOND);
    expect(sequencer.position().time).toBe(NOON);
    const told: unknown[] = [];
    sequencer.on("position", () => told.push(sequencer.position().time));
    await sequencer.hold();
    clock.advance(HOUR);
    await sequencer.consume([deposit(bob, 5n, 0)]);
    await sequencer.seal();
    await sequencer.consume([payment(bob, 5n, NOON + 20 * SECOND)]);
    expect(told).toEqual([NOON + 10 * SECOND, NOON + 20 * SECOND + 1]);
    expect(sequencer.status().time).toBe(NOON + HOUR + 10 * SECOND);
    sequencer.release();
    await sequencer.seal();
    expect(await sequencer.submit(note(1))).toMatchObject({ block: 4, time: NOON + HOUR + 10 * SECOND });
  });

  it("goes back with the network's", async () => {
    const { sequencer } = startAtNoon();
    await sequencer.hold();
    sequencer.setTime(NOON - HOUR);
    await sequencer.consume([deposit(bob, 5n, 0)]);
    expect(sequencer.position().time).toBe(NOON - HOUR);
  });
});

describe("the end of the epoch before", () => {
  const AFTER = NOON + 400;

  it("lies before every block of the epoch, after a restart, too", async () => {
    const { store, clock, sequencer } = startAtNoon();
    await sequencer.closeEpoch(1, AFTER);
    await sequencer.close();
    const again = start(store, clock).sequencer;
    again.setTime(NOON);
    expect(await again.submit(note(0))).toMatchObject({ epoch: 2, time: AFTER + 1 });
  });

  it("is told with a set-back, stays what it was if it is not, and survives it", async () => {
    const { store, clock, sequencer } = startAtNoon();
    await sequencer.setBack({ through: 0, epoch: 4, session: 1, after: AFTER });
    expect(sequencer.status().time).toBe(AFTER + 1);
    await sequencer.setBack({ through: 0, epoch: 5, session: 2 });
    await sequencer.close();
    const again = start(store, clock).sequencer;
    again.setTime(NOON);
    expect(await again.submit(note(0))).toMatchObject({ epoch: 5, time: AFTER + 1 });
    await again.setBack({ through: 0, epoch: 4, session: 3, after: NOON - HOUR });
    expect(again.position().time).toBe(AFTER + 2);
  });

  it("is durable with the epoch, whichever write is the last one", async () => {
    for (let writes = 0; writes < 8; writes++) {
      const store = memoryStore(identity);
      const clock = manualClock();
      const dying = startOn(dyingAfter(store, writes), {}, { clock });
      dying.setTime(NOON);
      await dying.submit(note(0)).catch(() => {});
      await dying.closeEpoch(1, AFTER).catch(() => {});
      await dying.submit(note(1)).catch(() => {});
      await dying.close();
      const { sequencer } = start(store, clock);
      sequencer.setTime(NOON);
      await sequencer.submit(note(sequencer.nextNonce(alice)));
      await sequencer.seal();
      for (let number = 1; number <= store.lastBlockNumber(); number++) {
        const { epoch, time } = store.block(number)!;
        expect(time > AFTER, `after ${writes} writes, block ${number}`).toBe(epoch === 2);
      }
    }
  });
});

describe("a promised leg", () => {
  const PROMISE = 500;
  const LATEST = NOON + MAX_DRIFT_MILLISECONDS + PROMISE;
  const legUntil = (expiry: number) => leg(ALICE, { method: "note", args: [9n, 1n], nonce: 0, expiry });

  it("is executed at the time at which it was tried, however far the network's time jumps meanwhile", async () => {
    const { clock, sequencer } = startAtNoon({ promiseMilliseconds: PROMISE });
    const transaction = legUntil(NOON + 10 * 60 * SECOND);
    await sequencer.prepare(transaction);
    sequencer.setTime(NOON + HOUR);
    clock.advance(PROMISE - 1);
    expect(await sequencer.commit(transactionHash(transaction))).toMatchObject({ block: 1, time: NOON });
    expect(await sequencer.submit(note(1))).toMatchObject({ block: 2, time: NOON + HOUR + PROMISE - 1 });
  });

  it("holds no clock once the promise is over", async () => {
    const { clock, sequencer } = startAtNoon({ promiseMilliseconds: PROMISE });
    await sequencer.prepare(legUntil(LAST_TIME));
    clock.advance(PROMISE);
    expect(await sequencer.submit(note(0))).toMatchObject({ block: 1, time: NOON + PROMISE });
  });

  it("does not expire before the latest block that it can get into", async () => {
    const { clock, sequencer } = startAtNoon({ promiseMilliseconds: PROMISE });
    await expect(sequencer.prepare(legUntil(LATEST - 1))).rejects.toMatchObject({ code: "sequencer/expired" });
    const transaction = legUntil(LATEST);
    await sequencer.prepare(transaction);
    clock.advance(PROMISE - 1);
    await sequencer.consume([payment(bob, 5n, LATEST - 2)]);
    expect(await sequencer.commit(transactionHash(transaction))).toMatchObject({ block: 1, time: LATEST - 1 });
  });
});

describe("waits inside the sequencer", () => {
  const setBackAnHour = (clock: Clock): void => clock.set(clock.now() - HOUR);

  it("of a message for the open block take no longer when the wall clock is set back", async () => {
    const { clock, sequencer } = startAtNoon({ messageDelayMilliseconds: 100 });
    const locking = leg(ALICE, { method: "note", args: [1n, 1n], nonce: 0, expiry: LAST_TIME });
    await sequencer.prepare(locking);
    const ended = watch([sequencer.consume([payment(alice, 5n, 900)])]);
    await turns();
    await sequencer.submit(note(0, BOB));
    setBackAnHour(clock);
    sequencer.abort(transactionHash(locking));
    clock.advance(100);
    await turns();
    expect(ended).toEqual(["0"]);
  });

  it("of an account's rate neither", async () => {
    const { clock, sequencer } = startAtNoon({ limits: { accountRate: 10, accountBurst: 2 } });
    await sequencer.submit(note(0));
    setBackAnHour(clock);
    await sequencer.submit(note(1));
    clock.advance(100);
    await sequencer.submit(note(2));
    expect(sequencer.status().accepted).toBe(3);
  });

  it("of a leg for locked keys neither", async () => {
    const { clock, sequencer } = startAtNoon({ promiseMilliseconds: 500 });
    const legOf = (key: bigint) => leg(ALICE, { method: "note", args: [key, 1n], nonce: 0, expiry: LAST_TIME });
    await sequencer.prepare(legOf(1n));
    const second = sequencer.prepare(legOf(2n));
    const ended = watch([second]);
    setBackAnHour(clock);
    await turns();
    clock.advance(250);
    await turns();
    expect(ended).toEqual(["0: sequencer/bundle-busy"]);
  });
});
