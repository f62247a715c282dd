import { publicKeyOf, sleep } from "@frond/foundation";
import { blockInputs } from "@frond/language";
import { linkMessagesOf, NO_LINK, transactionHash } from "@frond/protocol";
import { BUNDLE_SOURCE, memoryStore } from "@frond/store";
import { describe, expect, it } from "vitest";
import { verifyPreconfirmation } from "../promise/preconfirmation.ts";
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
  identity,
  ledger,
  leg,
  manualClock,
  note,
  SECRET,
  sizes,
} from "../testing.ts";

const transferLeg = (nonce: number, amount: bigint, secret = ALICE, legs: 2 | 3 = 2) =>
  leg(secret, { method: "transfer", args: [bob, amount], nonce, legs });
const transfer = (nonce: number, amount: bigint, secret = ALICE) =>
  call(secret, { method: "transfer", args: [secret === ALICE ? bob : alice, amount], nonce });
/** Whether a promise is settled by now, after others had their turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await sleep(30);
  return settled;
}

describe("a leg of a bundle", () => {
  it("is executed when it is committed, with its links after what it sends and consumes", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const transaction = leg(ALICE, { method: "withdraw", args: [9n, 1n], nonce: 0, legs: 3 });
    const hash = transactionHash(transaction);
    const { promised, expiresAt } = await sequencer.prepare(transaction);
    expect(promised).toBe(true);
    expect(expiresAt).toBe(500);
    expect(balanceOf(sequencer, alice)).toBe(100n);
    expect(sequencer.promised(hash)).toBeUndefined();
    const outgoing: unknown[] = [];
    sequencer.on("message", (message) => outgoing.push(message));
    const preconfirmation = await sequencer.commit(hash);
    expect(verifyPreconfirmation(preconfirmation, publicKeyOf(SECRET))).toBe(true);
    expect(preconfirmation).toMatchObject({ transactionHash: hash, block: 1, position: 0 });
    expect(await sequencer.commit(hash)).toMatchObject({ block: 1, position: 0 });
    expect(await sequencer.prepare(transaction)).toMatchObject({ promised: true });
    expect(balanceOf(sequencer, alice)).toBe(99n);
    await sequencer.seal();
    const links = linkMessagesOf(transaction);
    expect(store.block(1)).toMatchObject({
      consumed: [{ source: "l1" }, { source: BUNDLE_SOURCE, message: links.consumed }],
      produced: [{ kind: 2 }, links.produced],
      transactions: [hash],
    });
    // Links are no business of the switch, and have no cursor.
    expect(outgoing).toEqual([]);
    expect(sequencer.outbox()).toEqual([]);
    expect(sequencer.cursor(BUNDLE_SOURCE)).toBeUndefined();
    expect(() => blockInputs({ program: ledger.program, size: sizes[0]!, witness: store.witness(1)! })).not.toThrow();
  });

  it("is replayed like any other transaction", async () => {
    const store = memoryStore(identity);
    const first = startInTest(store);
    await first.consume([deposit(alice, 100n, 0)]);
    const transaction = transferLeg(0, 7n, ALICE, 3);
    await first.prepare(transaction);
    await first.commit(transactionHash(transaction));
    await first.close();
    const second = startInTest(store);
    expect(balanceOf(second, bob)).toBe(7n);
    const block = await second.seal();
    const { consumed, produced } = linkMessagesOf(transaction);
    expect(block).toMatchObject({ consumed: [{}, { message: consumed }], produced: [produced] });
    // What was only prepared is forgotten.
    const other = transferLeg(1, 7n);
    await second.prepare(other);
    await second.close();
    await expect(startInTest(store).commit(transactionHash(other))).rejects.toMatchObject({
      code: "sequencer/not-prepared",
      retry: "later",
    });
  });

  it("can't be submitted by itself, and what is no leg can't be prepared", async () => {
    const sequencer = startInTest();
    await expect(sequencer.submit(transferLeg(0, 1n))).rejects.toMatchObject({ code: "sequencer/bundle-leg" });
    await expect(sequencer.prepare(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/no-bundle-leg" });
    const wrong = { ...transferLeg(0, 1n), link: { ...NO_LINK, next: 90n, index: 256 } };
    await expect(sequencer.prepare(wrong)).rejects.toMatchObject({ code: "sequencer/malformed-transaction" });
  });

  it("is refused like a transaction, and locks nothing then", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 5n, 0)]);
    await expect(sequencer.prepare(transferLeg(0, 6n))).rejects.toMatchObject({ code: "sequencer/execution-failed" });
    await expect(sequencer.prepare(transferLeg(1, 1n))).rejects.toMatchObject({ code: "sequencer/nonce-too-high" });
    const forged = { ...transferLeg(0, 1n), nonce: 1 };
    await expect(sequencer.prepare(forged)).rejects.toMatchObject({ code: "sequencer/invalid-signature" });
    sequencer.setAllowance(allowing({ exits: 0 }));
    const withdrawal = leg(ALICE, { method: "withdraw", args: [9n, 1n], nonce: 0 });
    await expect(sequencer.prepare(withdrawal)).rejects.toMatchObject({ code: "sequencer/epoch-list-full" });
    await sequencer.submit(transfer(0, 1n));
  });

  it("counts its links for the capacity of the block", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    // Four links fit each way into the largest block.
    for (let i = 0; i < 5; i++) {
      const transaction = leg(BigInt(30 + i), { method: "note", args: [BigInt(i + 1), 1n], nonce: 0, legs: 3 });
      await sequencer.prepare(transaction);
      await sequencer.commit(transactionHash(transaction));
    }
    await sequencer.seal();
    expect([1, 2].map((number) => store.block(number)?.consumed.length)).toEqual([4, 1]);
  });

  it("is not prepared when the epoch may have no block for it, so that what is prepared can be committed", async () => {
    const sequencer = startInTest();
    // Two of them are kept for messages. Four legs fit into the largest block, if nothing comes between.
    sequencer.setAllowance(allowing({ blocks: 4 }));
    const legs = Array.from({ length: 5 }, (_, i) =>
      leg(BigInt(30 + i), { method: "note", args: [BigInt(i + 1), 1n], nonce: 0, legs: 3 }),
    );
    for (const transaction of legs.slice(0, 4)) await sequencer.prepare(transaction);
    await expect(sequencer.prepare(legs[4]!)).rejects.toMatchObject({ code: "sequencer/epoch-blocks-used" });
    for (const transaction of legs.slice(0, 4)) await sequencer.commit(transactionHash(transaction));
  });

  it("is refused at once when the epoch has no block left for it", async () => {
    const sequencer = startInTest();
    sequencer.setAllowance(allowing({ blocks: 2 }));
    await sequencer.submit(note(0, 1n));
    const early = sequencer.prepare(leg(BOB, { method: "note", args: [5n, 1n], nonce: 0, legs: 3 }));
    const refused = expect(early).rejects.toMatchObject({ code: "sequencer/epoch-blocks-used" });
    await sequencer.seal();
    await refused;
    const late = sequencer.prepare(leg(33n, { method: "note", args: [6n, 1n], nonce: 0, legs: 3 }));
    await expect(late).rejects.toMatchObject({ code: "sequencer/epoch-blocks-used" });
    expect(sequencer.status().waiting).toBe(0);
  });

  it("keeps its place in the settlement list", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 5n, 0), deposit(bob, 5n, 1)]);
    sequencer.setAllowance(allowing({ exits: 1 }));
    const transaction = leg(ALICE, { method: "withdraw", args: [9n, 1n], nonce: 0 });
    await sequencer.prepare(transaction);
    const withdraw = call(BOB, { method: "withdraw", args: [9n, 1n], nonce: 0 });
    await expect(sequencer.submit(withdraw)).rejects.toMatchObject({ code: "sequencer/epoch-list-full" });
    sequencer.abort(transactionHash(transaction));
    await sequencer.submit(withdraw);
  });
});

describe("what touches the keys of a prepared leg", () => {
  it("waits in order until it is committed, while others go on", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const transaction = transferLeg(0, 60n);
    await sequencer.prepare(transaction);
    // The first would be refused now for its nonce, and now for the balance.
    const waiting = [
      sequencer.submit(transfer(1, 40n)),
      sequencer.submit(transfer(2, 1n)),
      sequencer.submit(transfer(0, 60n, BOB)),
    ];
    const refused = expect(waiting[1]).rejects.toMatchObject({ code: "sequencer/execution-failed" });
    const others = await sequencer.submit(note(0, 5n, 33n));
    expect(others).toMatchObject({ position: 0 });
    expect(await isSettled(Promise.race(waiting))).toBe(false);
    expect(sequencer.status().waiting).toBe(3);
    const committed = sequencer.commit(transactionHash(transaction));
    expect((await Promise.all([committed, waiting[0], waiting[2]])).map((promise) => promise?.position)).toEqual([
      1, 2, 3,
    ]);
    await refused;
    expect(balanceOf(sequencer, bob)).toBe(40n);
  });

  it("goes on when the leg is aborted, or its promise expires", async () => {
    const sequencer = startInTest(undefined, { promiseMilliseconds: 60 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const first = transferLeg(0, 60n);
    await sequencer.prepare(first);
    const waiting = sequencer.submit(transfer(0, 50n));
    expect(await isSettled(waiting)).toBe(false);
    sequencer.abort(transactionHash(first));
    await waiting;
    const second = transferLeg(1, 50n);
    await sequencer.prepare(second);
    const before = Date.now();
    await sequencer.submit(transfer(1, 1n));
    expect(Date.now() - before).toBeGreaterThanOrEqual(40);
    await expect(sequencer.commit(transactionHash(second))).rejects.toMatchObject({ code: "sequencer/not-prepared" });
    // A leg that is prepared after what waits does not pass it.
    expect(balanceOf(sequencer, bob)).toBe(51n);
  });

  it("waits if it is another leg, until it gives up", async () => {
    const sequencer = startInTest(undefined, { promiseMilliseconds: 6_000 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const first = transferLeg(0, 60n);
    await sequencer.prepare(first);
    const second = sequencer.prepare(leg(33n, { method: "transfer", args: [bob, 0n], nonce: 0 }));
    expect(await isSettled(second)).toBe(false);
    await sequencer.commit(transactionHash(first));
    await second;
    const third = leg(34n, { method: "transfer", args: [bob, 0n], nonce: 0 });
    const aborted = expect(sequencer.prepare(third)).rejects.toMatchObject({ code: "sequencer/not-prepared" });
    await isSettled(aborted);
    sequencer.abort(transactionHash(third));
    await aborted;
  });

  it("gives up after half the time of a promise", async () => {
    const clock = manualClock();
    const sequencer = startInTest(undefined, { promiseMilliseconds: 500 }, { clock });
    const prepare = (secret: bigint) => sequencer.prepare(leg(secret, { method: "note", args: [1n, 1n], nonce: 0 }));
    await prepare(ALICE);
    clock.advance(10);
    const second = prepare(BOB);
    await isSettled(second);
    clock.advance(249);
    expect(await isSettled(second)).toBe(false);
    clock.advance(1);
    await expect(second).rejects.toMatchObject({ code: "sequencer/bundle-busy", retry: "later" });
    const third = prepare(33n);
    await isSettled(third);
    clock.advance(240);
    // The first promise has expired.
    expect(await third).toMatchObject({ expiresAt: 1_000 });
  });

  it("waits if it is a message, and the others of its source with it", async () => {
    const sequencer = startInTest();
    const transaction = leg(BOB, { method: "transfer", args: [alice, 0n], nonce: 0 });
    await sequencer.prepare(transaction);
    const consumed = sequencer.consume([deposit(alice, 5n, 0), deposit(33n, 5n, 1)]);
    expect(await isSettled(consumed)).toBe(false);
    expect(balanceOf(sequencer, 33n)).toBeUndefined();
    sequencer.abort(transactionHash(transaction));
    await consumed;
    expect(balanceOf(sequencer, alice)).toBe(5n);
  });

  it("does not lead to a deadlock of hold, nor to a block that ends before the leg is committed", async () => {
    const store = memoryStore(identity);
    const clock = manualClock();
    const sequencer = startInTest(store, { blockMilliseconds: 20 }, { clock });
    await sequencer.submit(note(0, 1n));
    const transaction = leg(BOB, { method: "notBetween", args: [1n, 1_000n], nonce: 0 });
    await sequencer.prepare(transaction);
    clock.advance(25);
    const held = sequencer.hold();
    expect(await isSettled(held)).toBe(false);
    expect(await sequencer.commit(transactionHash(transaction))).toMatchObject({ time: 1 });
    await held;
    await expect.poll(() => store.block(1)?.transactions.length).toBe(2);
  });

  describe("does not keep the layer from going on, however many legs overlap", () => {
    /** Prepares a leg of another account. */
    const start = () => {
      const store = memoryStore(identity);
      const clock = manualClock();
      const sequencer = startInTest(store, { blockMilliseconds: 100, promiseMilliseconds: 500 }, { clock });
      let secret = 1_000n;
      const prepare = (again?: { readonly isAgain: boolean }) => {
        secret += 1n;
        const transaction = leg(secret, { method: "note", args: [secret, 1n], nonce: 0 });
        const hash = transactionHash(transaction);
        return { hash, prepared: sequencer.prepare(transaction, again) };
      };
      /** Time passes, and a leg is prepared every 100 milliseconds. Gives how many were promised, each time. */
      const pass = async (times: number) => {
        const promised: boolean[] = [];
        for (let i = 0; i < times; i++) {
          clock.advance(100);
          const { prepared } = prepare();
          prepared.catch(() => {});
          promised.push(await isSettled(prepared));
        }
        return promised;
      };
      return { store, clock, sequencer, prepare, pass };
    };

    it("a block ends when the legs that were promised before it was due are over, half a second later at most", async () => {
      const { store, clock, sequencer, prepare, pass } = start();
      await prepare().prepared;
      await sequencer.submit(note(0, 1n));
      clock.advance(90);
      await prepare().prepared;
      // The block is due from 100 on; its last leg expires at 590.
      expect(await pass(4)).toEqual([false, false, false, false]);
      expect(store.block(1)).toBeUndefined();
      const waiting = prepare().prepared;
      clock.advance(100);
      await expect.poll(() => store.block(1)?.transactions.length).toBe(1);
      expect(await waiting).toMatchObject({ promised: true });
      expect(sequencer.status().time).toBeGreaterThanOrEqual(590);
    });

    it("nor the clock, when no block is open", async () => {
      const { sequencer, pass } = start();
      // Promised at 100 to 500, and over at 1,000.
      expect(await pass(5)).toEqual([true, true, true, true, true]);
      expect(await pass(4)).toEqual([false, false, false, false]);
      expect(await pass(1)).toEqual([true]);
      expect(await sequencer.submit(note(0, 1n))).toMatchObject({ time: 1_000 });
    });

    it("a leg that is committed in this moment does not wait: other layers have executed theirs", async () => {
      const { clock, sequencer, prepare } = start();
      await prepare().prepared;
      await sequencer.submit(note(0, 1n));
      clock.advance(150);
      const { hash, prepared } = prepare({ isAgain: true });
      await prepared;
      expect(await sequencer.commit(hash)).toMatchObject({ block: 1 });
    });

    it("legs that wait for the end of a block lock nothing meanwhile", async () => {
      const { clock, sequencer, prepare } = start();
      await prepare().prepared;
      await sequencer.submit(note(0, 1n));
      clock.advance(150);
      const waiting = prepare();
      expect(await isSettled(waiting.prepared)).toBe(false);
      // The waiting leg touches this key, too.
      await sequencer.submit(call(BOB, { method: "note", args: [1_002n, 1n], nonce: 0 }));
      sequencer.abort(waiting.hash);
      await expect(waiting.prepared).rejects.toMatchObject({ code: "sequencer/not-prepared" });
    });
  });

  it("a leg that fails when it is committed frees its keys", async () => {
    const sequencer = startInTest();
    await sequencer.submit(note(0, 1n));
    const transaction = leg(BOB, { method: "notBetween", args: [1n, 1_000n], nonce: 0 });
    await sequencer.prepare(transaction);
    await sequencer.seal();
    const waiting = sequencer.submit(note(0, 1n, BOB));
    await expect(sequencer.commit(transactionHash(transaction))).rejects.toMatchObject({
      code: "sequencer/execution-failed",
    });
    await waiting;
  });
});
