import { createIndexedTree, transactionHash } from "@frond/protocol";
import { createOverlay, memoryStore, type Store } from "@frond/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startInTest } from "../startInTest.ts";
import {
  ALICE,
  alice,
  allowing,
  BOB,
  balanceOf,
  bob,
  call,
  deposit,
  dyingAfter,
  identity,
  leg,
  note,
  OTHER,
  payment,
  startOn,
} from "../testing.ts";
import type { Sequencer } from "../types.ts";

const transfer = (nonce: number, amount: bigint, secret = ALICE, to = bob) =>
  call(secret, { method: "transfer", args: [to, amount], nonce });
const rootOf = (store: Store) => createIndexedTree({ entryWidth: 2, ...createOverlay(store) }).stateRoot;

/** Three blocks and an open one: a deposit and a transfer in each. */
async function startWithBlocks(store: Store) {
  const sequencer = startInTest(store);
  const transactions = [0, 1, 2, 3].map((nonce) => transfer(nonce, 10n));
  for (const [i, transaction] of transactions.entries()) {
    await sequencer.consume([deposit(alice, 100n, i)]);
    await sequencer.submit(transaction);
    if (i < 3) await sequencer.seal();
  }
  return { sequencer, transactions, hashes: transactions.map(transactionHash) };
}

describe("a set-back", () => {
  it("goes back, and executes what was removed again, at new places", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startWithBlocks(store);
    await sequencer.setBack({ through: 1, epoch: 2, session: 1 });
    expect(sequencer).toMatchObject({ session: 1, epoch: 2 });
    // Messages are gone: they arrive anew.
    expect(sequencer.cursor("l1")).toBe(0);
    expect(balanceOf(sequencer, alice)).toBe(60n);
    expect(hashes.map((hash) => sequencer.promised(hash))).toMatchObject([
      { block: 1, time: 1, epoch: 1 },
      ...[0, 1, 2].map((position) => ({ block: 2, time: 5, epoch: 2, position })),
    ]);
    await sequencer.seal();
    expect(store.block(2)).toMatchObject({ time: 5, epoch: 2, consumed: [], transactions: hashes.slice(1) });
    await sequencer.consume([1, 2, 3].map((position) => deposit(alice, 100n, position)));
    expect(balanceOf(sequencer, alice)).toBe(360n);
    await sequencer.close();
    const again = startInTest(store);
    expect(again).toMatchObject({ session: 1, epoch: 2 });
    expect(again.promised(hashes[3]!)).toMatchObject({ block: 2, time: 5 });
  });

  it("leaves out what is to be dropped, and says why, now and later", async () => {
    const store = memoryStore(identity);
    const { sequencer, transactions, hashes } = await startWithBlocks(store);
    const drop = [{ hash: hashes[3]!, code: "settlement/proof-failed", message: "Its block could not be proven." }];
    await sequencer.setBack({ through: 0, epoch: 1, session: 4, drop });
    const check = (checked: Sequencer) => {
      expect(checked.dropped(hashes[3]!)).toEqual({ code: drop[0]!.code, message: drop[0]!.message });
      expect(checked.promised(hashes[3]!)).toBeUndefined();
      expect(checked.lastDropped()).toEqual(drop);
      expect(checked.droppedLegs()).toEqual([]);
    };
    check(sequencer);
    expect(sequencer.dropped(7n)).toBeUndefined();
    await sequencer.close();
    const again = startInTest(store);
    check(again);
    // What was dropped can be sent again.
    await again.consume([0, 1].map((position) => deposit(alice, 100n, position)));
    await expect.poll(() => again.returning().count).toBe(0);
    await again.submit(transactions[3]!);
    expect(again.dropped(hashes[3]!)).toBeUndefined();
    await again.setBack({ through: 0, epoch: 1, session: 5 });
    expect(again.lastDropped()).toEqual([]);
  });

  it("uses no time again, however often it goes back, and after a restart", async () => {
    const store = memoryStore(identity);
    let sequencer = startInTest(store);
    await sequencer.submit(note(0, 1n));
    const times = [1];
    for (let session = 1; session <= 4; session++) {
      if (session % 2 === 0) await sequencer.seal();
      await sequencer.setBack({ through: 0, epoch: 1, session });
      times.push(sequencer.promised(transactionHash(note(0, 1n)))!.time);
      await sequencer.close();
      sequencer = startInTest(store);
    }
    expect(times).toEqual([1, 2, 3, 4, 5]);
    await sequencer.consume([payment(alice, 1n, 40)]);
    await sequencer.setBack({ through: 0, epoch: 1, session: 5 });
    expect(sequencer.status().time).toBe(42);
  });

  it("does nothing when the session was reached already", async () => {
    const store = memoryStore(identity);
    const { sequencer } = await startWithBlocks(store);
    await sequencer.setBack({ through: 2, epoch: 2, session: 3 });
    await sequencer.seal();
    await sequencer.setBack({ through: 0, epoch: 9, session: 3 });
    await sequencer.setBack({ through: 0, epoch: 9, session: 2 });
    expect(sequencer).toMatchObject({ session: 3, epoch: 2 });
    expect(store.lastBlockNumber()).toBe(3);
  });

  it("is refused for what has settled, and the sequencer goes on", async () => {
    const store = memoryStore(identity);
    const { sequencer } = await startWithBlocks(store);
    await store.setBlockStatus(1, "settled");
    await expect(sequencer.setBack({ through: 0, epoch: 2, session: 1 })).rejects.toMatchObject({
      code: "store/block-settled",
    });
    await sequencer.submit(transfer(4, 1n));
    expect(sequencer.session).toBe(0);
  });

  it("can enter an epoch that was over, with what it sends and lists", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startWithBlocks(store);
    await sequencer.submit(call(ALICE, { method: "pay", args: [OTHER, 1n], nonce: 4 }));
    await sequencer.closeEpoch();
    await sequencer.consume([deposit(alice, 100n, 4)]);
    await sequencer.submit(call(ALICE, { method: "pay", args: [OTHER, 2n], nonce: 5 }));
    expect(sequencer.outbox().map(({ message }) => message.amount)).toEqual([2n]);
    await sequencer.setBack({ through: 2, epoch: 1, session: 1 });
    expect(sequencer.epoch).toBe(1);
    expect(sequencer.outbox().map(({ message, time, position }) => [message.amount, time, position])).toEqual([
      [1n, 6, 384],
      [2n, 6, 385],
    ]);
    expect(sequencer.promised(hashes[2]!)).toMatchObject({ epoch: 1, block: 3 });
    expect(sequencer.status().listed).toBe(2);
  });

  it("executes legs of bundles again, with their links", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const transaction = leg(ALICE, { method: "note", args: [1n, 2n], nonce: 0, legs: 3 });
    await sequencer.prepare(transaction);
    await sequencer.commit(transactionHash(transaction));
    await sequencer.seal();
    const links = () => {
      const { consumed, produced } = store.block(1)!;
      return [consumed, produced];
    };
    const before = links();
    sequencer.setAllowance(allowing());
    await sequencer.setBack({ through: 0, epoch: 2, session: 1 });
    await sequencer.seal();
    expect(links()).toEqual(before);
    expect(before.map((list) => list.length)).toEqual([1, 1]);
  });

  it("lets new transactions wait, rejects waiting messages, and forgets what was prepared", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { messageDelayMilliseconds: 3_600_000 });
    await sequencer.submit(note(0, 1n));
    const prepared = leg(BOB, { method: "note", args: [9n, 2n], nonce: 0 });
    await sequencer.prepare(prepared);
    const message = expect(sequencer.consume([deposit(alice, 1n, 0)])).rejects.toMatchObject({
      code: "sequencer/set-back",
    });
    const setBack = sequencer.setBack({ through: 0, epoch: 2, session: 1 });
    const meanwhile = sequencer.submit(note(1, 1n));
    await expect(sequencer.commit(transactionHash(prepared))).rejects.toMatchObject({
      code: "sequencer/not-prepared",
    });
    await setBack;
    await message;
    expect(await meanwhile).toMatchObject({ time: 2, position: 1 });
    await sequencer.seal();
    await sequencer.consume([deposit(alice, 1n, 0)]);
    expect(balanceOf(sequencer, alice)).toBe(1n);
  });

  it("goes on where it was, whichever write was the last before a crash", async () => {
    const outcomes = new Set<string>();
    for (let writes = 0; writes < 12; writes++) {
      const store = memoryStore(identity);
      const { sequencer: first, hashes } = await startWithBlocks(store);
      await first.close();
      const dying = startInTest(dyingAfter(store, writes));
      const drop = [{ hash: hashes[1]!, code: "test/dropped", message: "It was chosen." }];
      await dying.setBack({ through: 1, epoch: 3, session: 1, drop }).catch(() => {});
      await dying.close();
      const again = startInTest(store);
      await again.consume([]);
      if (again.session === 0) {
        expect(hashes.map((hash) => again.promised(hash)?.block)).toEqual([1, 2, 3, 4]);
        await again.setBack({ through: 1, epoch: 3, session: 1, drop });
      }
      await expect.poll(() => again.returning().count).toBe(0);
      await again.seal();
      await expect.poll(() => [...store.pending()]).toEqual([]);
      outcomes.add(JSON.stringify([again.epoch, rootOf(store).toString(), store.block(2)?.time]));
      expect(hashes.map((hash) => again.dropped(hash)?.code)).toEqual([
        undefined,
        "test/dropped",
        undefined,
        undefined,
      ]);
      expect(store.block(2)?.transactions).toEqual(hashes.slice(2));
    }
    expect([...outcomes].map((outcome) => JSON.parse(outcome)[2])).toEqual([5]);
  });

  it("leads to the state that its transactions have without what was removed", { timeout: 120_000 }, async () => {
    const step = fc.record({
      sender: fc.constantFrom(ALICE, BOB),
      amount: fc.bigInt({ min: 1n, max: 60n }),
      seal: fc.boolean(),
    });
    const example = fc.record({ steps: fc.array(step, { maxLength: 12 }), through: fc.nat({ max: 6 }) });
    await fc.assert(
      fc.asyncProperty(example, async ({ steps, through }) => {
        const store = memoryStore(identity);
        const sequencer = startOn(store);
        await sequencer.consume([deposit(alice, 100n, 0), deposit(bob, 100n, 1)]);
        await sequencer.seal();
        const nonces = new Map([
          [ALICE, 0],
          [BOB, 0],
        ]);
        for (const { sender, amount, seal } of steps) {
          const nonce = nonces.get(sender)!;
          const to = sender === ALICE ? bob : alice;
          await sequencer.submit(transfer(nonce, amount, sender, to)).then(
            () => nonces.set(sender, nonce + 1),
            () => {},
          );
          if (seal) await sequencer.seal();
        }
        // The first block brings the money; without it every transaction fails.
        await sequencer.setBack({ through: Math.max(1, through), epoch: 2, session: 1 });
        await sequencer.seal();
        const model = memoryStore(identity);
        const other = startOn(model);
        await other.consume([deposit(alice, 100n, 0), deposit(bob, 100n, 1)]);
        for (let number = 1; number <= store.lastBlockNumber(); number++)
          for (const transaction of store.witness(number)!.transactions) await other.submit(transaction);
        await other.seal();
        expect(rootOf(store)).toBe(rootOf(model));
        expect(sequencer.lastDropped()).toEqual([]);
        await sequencer.close();
        await other.close();
      }),
      { numRuns: 12 },
    );
  });
});
