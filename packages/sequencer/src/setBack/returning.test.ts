import { sleep } from "@frond/foundation";
import { type Transaction, transactionHash } from "@frond/protocol";
import { type IncomingMessage, L1_SOURCE, layerSource, memoryStore, type Store } from "@frond/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startInTest } from "../startInTest.ts";
import {
  ALICE,
  addressOfSecret,
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
import type { Allowance, Sequencer, SequencerOptions } from "../types.ts";

const transfer = (nonce: number, amount: bigint, secret = ALICE, to = bob, expiry = 1_000_000) =>
  call(secret, { method: "transfer", args: [to, amount], nonce, expiry });
const hashesOf = (transactions: readonly Transaction[]) => transactions.map(transactionHash);
const pendingOf = (store: Store) => [...store.pending()].map(({ transaction }) => transaction);
/** After what others do in their turn. */
const rest = () => sleep(20);

/** What is first in line is not given up in so many rounds. */
async function waitsFor(
  sequencer: Sequencer,
  rounds: { readonly first: number; readonly count: number },
  allowance: Partial<Allowance> = {},
  waiting = 1,
): Promise<void> {
  for (let round = rounds.first; round < rounds.first + rounds.count; round++) {
    sequencer.setAllowance(allowing({ ...allowance, round }));
    await rest();
    expect(sequencer.returning()).toEqual({ count: waiting, waiting: 1 });
    sequencer.giveUp(99);
  }
}

/**
 * Alice has spent a deposit in three transfers, each in a block of its own; then the layer went back before the
 * deposit.
 */
async function startSetBack(store: Store, options: Partial<SequencerOptions> = {}) {
  const sequencer = startInTest(store, options);
  await sequencer.consume([deposit(alice, 100n, 0)]);
  const transactions = [0, 1, 2].map((nonce) => transfer(nonce, 10n));
  for (const transaction of transactions) {
    await sequencer.submit(transaction);
    await sequencer.seal();
  }
  await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
  return { sequencer, transactions, hashes: hashesOf(transactions) };
}

describe("a long line", () => {
  it("is executed a few at a time, so that others can say meanwhile who can still be sent to", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    for (let nonce = 0; nonce < 30; nonce++) await sequencer.submit(transfer(nonce, 1n));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    const arrived: number[] = [0];
    const consumed = sequencer.consume([deposit(alice, 100n, 0)]);
    while (arrived.at(-1)! < 30) {
      await new Promise(setImmediate);
      arrived.push(Number(balanceOf(sequencer, bob) ?? 0n));
    }
    await consumed;
    const steps = arrived.slice(1).map((sum, i) => sum - arrived[i]!);
    expect(Math.max(...steps)).toBeLessThanOrEqual(8);
  });
});

describe("a returning transaction", () => {
  it("waits without any limit of time, and is executed in its order when what it needs is back", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startSetBack(store);
    expect(sequencer.returning()).toEqual({ count: 3, waiting: 1, failing: 1 });
    expect(hashes.map((hash) => sequencer.promised(hash))).toEqual([undefined, undefined, undefined]);
    expect(hashes.map((hash) => sequencer.returningReason(hash)?.code)).toEqual(
      Array(3).fill("sequencer/execution-failed"),
    );
    expect([sequencer.lastDropped(), hashes.map(sequencer.dropped)]).toEqual([[], [undefined, undefined, undefined]]);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 0 });
    expect(hashes.map((hash) => sequencer.promised(hash)?.position)).toEqual([0, 1, 2]);
    expect(balanceOf(sequencer, bob)).toBe(30n);
    await sequencer.seal();
    expect(store.block(1)?.transactions).toEqual(hashes);
    await expect.poll(() => pendingOf(store)).toEqual([]);
  });

  it("is tried again after a new block, too: it may be another's transaction that it needs", async () => {
    const { sequencer, hashes } = await startSetBack(memoryStore(identity));
    await sequencer.consume([deposit(bob, 100n, 0)]);
    await sequencer.submit(transfer(0, 50n, BOB, alice));
    await sequencer.seal();
    await expect.poll(() => sequencer.returning().count).toBe(0);
    expect(sequencer.promised(hashes[2]!)).toMatchObject({ block: 2 });
  });

  it("waits after a restart, and another set-back, with the time of its first place", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startSetBack(store);
    await sequencer.close();
    const again = startInTest(store);
    await again.consume([]);
    expect(again.returning()).toEqual({ count: 3, waiting: 1, failing: 1 });
    // The first is executed in time 5, and set back; it was promised in time 1.
    await again.consume([deposit(alice, 10n, 0)]);
    await expect.poll(() => again.returning()).toEqual({ count: 2, waiting: 2, failing: 2 });
    await again.setBack({ through: 0, epoch: 1, session: 2 });
    expect(again.returning()).toEqual({ count: 3, waiting: 1, failing: 1 });
    expect(pendingOf(store).map(({ hash, time }) => [hash, time])).toEqual(hashes.map((hash, i) => [hash, i + 1]));
    await again.consume([deposit(alice, 100n, 0)]);
    await expect.poll(() => again.returning().count).toBe(0);
    expect(again.lastDropped()).toEqual([]);
  });

  it("is not tried while transactions are held, and is when they are released", async () => {
    const { sequencer, hashes } = await startSetBack(memoryStore(identity));
    await sequencer.hold();
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await rest();
    expect(sequencer.returning()).toEqual({ count: 3, waiting: 1, failing: 1 });
    sequencer.giveUp(1);
    expect(sequencer.returning().count).toBe(3);
    sequencer.release();
    await expect.poll(() => sequencer.returning().count).toBe(0);
    expect(sequencer.promised(hashes[0]!)).toMatchObject({ epoch: 1 });
  });

  it("waits for keys that a leg has locked", async () => {
    const { sequencer, hashes } = await startSetBack(memoryStore(identity));
    const transaction = leg(BOB, { method: "note", args: [9n, 2n], nonce: 0 });
    await sequencer.prepare(transaction);
    // The money has come, but it would go to an account that is locked.
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await rest();
    expect(sequencer.promised(hashes[0]!)).toBeUndefined();
    await sequencer.commit(transactionHash(transaction));
    await expect.poll(() => sequencer.returning().count).toBe(0);
    expect(hashes.map((hash) => sequencer.promised(hash)?.position)).toEqual([1, 2, 3]);
  });

  it("waits for the next epoch when the list of this one is full, and is not given up for it", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const transactions = [0, 1].map((nonce) => call(ALICE, { method: "withdraw", args: [1n, 1n], nonce }));
    for (const transaction of transactions) await sequencer.submit(transaction);
    sequencer.setAllowance(allowing({ exits: 1 }));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 1, waiting: 1 });
    sequencer.giveUp(99);
    expect(sequencer.lastDropped()).toEqual([]);
    await sequencer.closeEpoch();
    await expect.poll(() => sequencer.returning()).toEqual({ count: 0 });
    expect(sequencer.promised(transactionHash(transactions[1]!))).toMatchObject({ epoch: 2 });
  });

  it("waits for a receiver that cannot be reached, but not for ever", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const transaction = call(ALICE, { method: "pay", args: [OTHER, 1n], nonce: 0 });
    await sequencer.submit(transaction);
    await sequencer.seal();
    sequencer.setAllowance(allowing({ round: 70 }));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await waitsFor(sequencer, { first: 70, count: 32 });
    sequencer.setAllowance(allowing({ round: 102 }));
    await expect.poll(() => sequencer.returning()).toEqual({ count: 1, waiting: 1, failing: 1 });
    const dropped: unknown[] = [];
    sequencer.on("dropped", (calls) => dropped.push(...calls));
    sequencer.giveUp(1);
    await expect.poll(() => sequencer.lastDropped()).toMatchObject([{ code: "sequencer/destination-gone" }]);
    await expect.poll(() => dropped).toMatchObject([{ transaction, reason: { code: "sequencer/destination-gone" } }]);
  });

  it("is given up as soon as all else is back, if it sends to a layer that is frozen for ever, or is of its bundle", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(call(ALICE, { method: "pay", args: [OTHER, 1n], nonce: 0 }));
    const note = leg(BOB, { method: "note", args: [9n, 2n], nonce: 0 });
    await sequencer.prepare(note);
    await sequencer.commit(transactionHash(note));
    sequencer.setAllowance(allowing({ round: 70, frozen: new Set([OTHER]), frozenBundles: new Set([note.link.id]) }));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    for (const left of [2, 1]) {
      await expect.poll(() => sequencer.returning()).toMatchObject({ count: left, failing: expect.any(Number) });
      sequencer.giveUp(sequencer.returning().failing!);
      await expect.poll(() => sequencer.returning().count).toBe(left - 1);
    }
    const codeOf = (hash: bigint) => sequencer.dropped(hash)?.code;
    expect(codeOf(transactionHash(note))).toBe("sequencer/bundle-frozen");
    expect(sequencer.lastDropped().map(({ code }) => code)).toContain("sequencer/destination-frozen");
    const again = call(ALICE, { method: "pay", args: [OTHER, 1n], nonce: 0 });
    await expect(sequencer.submit(again)).rejects.toMatchObject({ code: "sequencer/destination-frozen" });
  });

  it("waits, as a leg of a bundle, until all layers of the bundle are back, but not for ever", async () => {
    const sequencer = startInTest(memoryStore(identity));
    const transactions = [0, 1].map((nonce) => leg(ALICE, { method: "note", args: [9n, 2n], nonce }));
    for (const transaction of transactions) {
      await sequencer.prepare(transaction);
      await sequencer.commit(transactionHash(transaction));
    }
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    // Nothing is known of the other layers.
    await rest();
    expect(sequencer.returning()).toEqual({ count: 2, waiting: 1 });
    const waitingBundles = new Set(transactions.map(({ link }) => link.id));
    sequencer.setAllowance(allowing({ round: 70, waitingBundles }));
    await waitsFor(sequencer, { first: 70, count: 32 }, { waitingBundles }, 2);
    sequencer.setAllowance(allowing({ round: 101, waitingBundles: new Set([transactions[1]!.link.id]) }));
    await expect.poll(() => sequencer.returning()).toEqual({ count: 1, waiting: 1 });
    expect(sequencer.promised(transactionHash(transactions[0]!))).toMatchObject({ block: 1 });
    sequencer.setAllowance(allowing({ round: 102, waitingBundles }));
    await expect.poll(() => sequencer.returning()).toEqual({ count: 1, waiting: 1, failing: 1 });
    sequencer.giveUp(1);
    await expect.poll(() => sequencer.lastDropped()).toMatchObject([{ code: "sequencer/bundle-gone" }]);
  });

  it("does not count rounds that passed before the rest of the tree was there", async () => {
    const store = memoryStore(identity);
    const first = startInTest(store);
    await first.consume([deposit(alice, 100n, 0)]);
    await first.submit(call(ALICE, { method: "pay", args: [OTHER, 1n], nonce: 0 }));
    first.setAllowance(allowing({ round: 2 }));
    await first.setBack({ through: 0, epoch: 1, session: 1 });
    await first.close();
    const sequencer = startInTest(store);
    sequencer.setAllowance(allowing({ round: 70 }));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await waitsFor(sequencer, { first: 70, count: 32 });
  });

  it("that needs more of the list than its layer has is not first in line for ever: others can be given up", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(call(ALICE, { method: "withdraw", args: [1n, 1n], nonce: 0 }));
    await sequencer.submit(transfer(0, 0n, BOB, alice));
    sequencer.setAllowance(allowing({ exits: 0, round: 1 }));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await waitsFor(sequencer, { first: 1, count: 32 }, { exits: 0 });
    sequencer.setAllowance(allowing({ exits: 0, round: 33 }));
    await expect.poll(() => sequencer.returning()).toEqual({ count: 1, waiting: 1, failing: 1 });
    sequencer.giveUp(1);
    await expect.poll(() => sequencer.lastDropped()).toMatchObject([{ code: "sequencer/too-many-exits" }]);
  });

  it("is dropped when it has expired", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const transaction = transfer(0, 0n, ALICE, bob, 1);
    await sequencer.submit(transaction);
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    expect(sequencer.returning()).toEqual({ count: 0 });
    expect(sequencer.dropped(transactionHash(transaction))?.code).toBe("sequencer/expired");
    expect(sequencer.lastDropped()).toHaveLength(1);
  });

  it("stays in line when the sequencer closes while it waits", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startSetBack(store);
    const consumed = sequencer.consume([deposit(alice, 10n, 0)]).catch(() => {});
    await sequencer.close();
    await consumed;
    const again = startInTest(store);
    await again.consume([deposit(alice, 100n, (again.cursor(L1_SOURCE) ?? -1) + 1)]);
    await expect.poll(() => again.returning().count).toBe(0);
    expect(hashes.map((hash) => again.promised(hash) === undefined)).toEqual([false, false, false]);
  });
});

it("is lost by no crash, whichever write was the last", async () => {
  for (let writes = 0; writes < 16; writes++) {
    const store = memoryStore(identity);
    const { sequencer: first, hashes } = await startSetBack(store);
    await first.close();
    const goOn = async (sequencer: Sequencer) => {
      await sequencer.consume([]);
      if (sequencer.returning().failing === 1) sequencer.giveUp(1);
      await sequencer.consume([deposit(alice, 100n, 0)]);
      await sequencer.seal();
    };
    const dying = startInTest(dyingAfter(store, writes));
    await goOn(dying).catch(() => {});
    await dying.close();
    const again = startInTest(store);
    await goOn(again);
    await expect.poll(() => again.returning()).toEqual({ count: 0 });
    await again.seal();
    await expect.poll(() => pendingOf(store)).toEqual([]);
    const executed = Array.from({ length: store.lastBlockNumber() }, (_, i) => store.block(i + 1)!.transactions).flat();
    expect([writes, executed]).toEqual([writes, hashes.slice(1)]);
    expect(again.lastDropped()).toMatchObject([{ hash: hashes[0], code: "sequencer/execution-failed" }]);
  }
});

describe("giving up", () => {
  it("drops the first that fails, with its own error, says so when that is durable, and executes the rest", async () => {
    const store = memoryStore(identity);
    const { sequencer, hashes } = await startSetBack(store);
    let drops = 0;
    sequencer.on("dropped", () => drops++);
    sequencer.giveUp(0);
    await rest();
    expect([sequencer.returning(), drops]).toEqual([{ count: 3, waiting: 1, failing: 1 }, 0]);
    sequencer.giveUp(1);
    sequencer.giveUp(1);
    await expect.poll(() => drops).toBe(1);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 2, waiting: 2, failing: 2 });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 0 });
    expect(sequencer.lastDropped()).toMatchObject([{ hash: hashes[0], code: "sequencer/execution-failed" }]);
    expect(sequencer.droppedLegs()).toEqual([]);
    expect(sequencer.dropped(hashes[0]!)?.code).toBe("sequencer/execution-failed");
    expect(hashes.slice(1).map((hash) => sequencer.promised(hash)?.position)).toEqual([0, 1]);
    // The nonce that was dropped is passed for good.
    expect(sequencer.nextNonce(alice)).toBe(3);
    await expect(sequencer.submit(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/nonce-too-low" });
    await expect(sequencer.submit(note(4, 1n))).rejects.toMatchObject({ code: "sequencer/nonce-too-high" });
    await sequencer.close();
    const again = startInTest(store);
    expect([again.nextNonce(alice), again.returning()]).toEqual([3, { count: 0 }]);
    await again.seal();
    expect(store.block(1)?.transactions).toEqual(hashes.slice(1));
    expect(again.lastDropped()).toMatchObject([{ hash: hashes[0] }]);
  });

  it("executes the legs that follow: other layers depend on them", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const behind = leg(ALICE, { method: "note", args: [1n, 2n], nonce: 1 });
    await sequencer.submit(transfer(0, 10n));
    await sequencer.prepare(behind);
    await sequencer.commit(transactionHash(behind));
    sequencer.setAllowance(allowing());
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    sequencer.giveUp(99);
    await expect.poll(() => sequencer.returning()).toEqual({ count: 0 });
    expect(sequencer.promised(transactionHash(behind))).toBeDefined();
    expect([sequencer.lastDropped().length, sequencer.droppedLegs()]).toEqual([1, []]);
  });
});

describe("the account of a returning transaction", () => {
  it("sends nothing else until all have their places", async () => {
    const { sequencer, transactions } = await startSetBack(memoryStore(identity));
    expect(sequencer.nextNonce(alice)).toBe(3);
    for (const transaction of [note(0, 1n), note(3, 1n), transactions[1]!])
      await expect(sequencer.submit(transaction)).rejects.toMatchObject({
        code: "sequencer/returning",
        retry: "later",
        data: { count: 3 },
      });
    await expect(sequencer.prepare(leg(ALICE, { method: "note", args: [1n, 1n], nonce: 3 }))).rejects.toMatchObject({
      code: "sequencer/returning",
    });
    await sequencer.submit(note(0, 1n, 33n));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await expect.poll(() => sequencer.returning().count).toBe(0);
    await sequencer.submit(note(3, 1n));
  });
});

describe("the position of a layer", () => {
  it("is emitted whenever session, epoch, held or returning changes, and is whole", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const positions: unknown[] = [];
    sequencer.on("position", () => positions.push(sequencer.position()));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(transfer(0, 10n));
    await sequencer.hold();
    await sequencer.hold();
    const base = { session: 0, epoch: 1, block: 0, sealed: 0, time: 1, isHeld: false, returning: { count: 0 } };
    expect(positions.splice(0)).toEqual([{ ...base, isHeld: true }]);
    await sequencer.closeEpoch();
    expect(positions.splice(0)).toEqual([base, { ...base, epoch: 2, block: 1, sealed: 1 }]);
    await sequencer.setBack({ through: 0, epoch: 2, session: 1 });
    const back = { ...base, session: 1, epoch: 2, returning: { count: 1, waiting: 1, failing: 1 } };
    expect(positions.splice(0)).toEqual([back]);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    // Until the execution is durable, the transaction still counts as returning.
    await expect
      .poll(() => positions)
      .toEqual([
        { ...back, time: 2, returning: { count: 1, waiting: 1 } },
        { ...back, time: 2, returning: { count: 0 } },
      ]);
    expect(sequencer.sealed).toBe(0);
  });

  it("has the next epoch only when every block of the one before is durable", async () => {
    const store = memoryStore(identity);
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow: Store = {
      ...store,
      async commitBlock(commit) {
        await gate;
        await store.commitBlock(commit);
      },
    };
    const sequencer = startInTest(slow);
    await sequencer.submit(note(0, 1n));
    const closed = sequencer.closeEpoch();
    await rest();
    expect(sequencer.epoch).toBe(2);
    expect(sequencer.position()).toMatchObject({ epoch: 1, block: 0, sealed: 0 });
    go();
    await closed;
    expect(sequencer.position()).toMatchObject({ epoch: 2, block: 1, sealed: 1 });
  });

  it("is not held when a set-back or a release comes before everything is durable", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.submit(note(0, 1n));
    const held = sequencer.hold();
    sequencer.release();
    await held;
    expect(sequencer.isHeld).toBe(false);
    await sequencer.hold();
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    expect(sequencer.isHeld).toBe(false);
    await sequencer.submit(note(1, 1n));
  });
});

/* Two sources of money, each with its own order; accounts that pay each other; set-backs and restarts at any moment. */

const SECRETS = [41n, 42n, 43n];
const source = fc.constantFrom("l1" as const, "other" as const);
const account = fc.nat({ max: SECRETS.length - 1 });
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("consume" as const), source, account }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("send" as const), account, to: account, amount: fc.bigInt(1n, 9n) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("seal" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("set back" as const), blocks: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function createWorld() {
  const store = memoryStore(identity);
  let sequencer = startOn(store, { messageDelayMilliseconds: 1 });
  const addresses = SECRETS.map(addressOfSecret);
  const sent: Record<"l1" | "other", IncomingMessage[]> = { l1: [], other: [] };
  const names = { l1: L1_SOURCE, other: layerSource(OTHER) };
  const promised = new Set<bigint>();
  const next = (from: "l1" | "other") =>
    sent[from].find(({ position }) => position > (sequencer.cursor(names[from]) ?? -1));
  const steps: { [K in Step["kind"]]: (step: Extract<Step, { kind: K }>) => Promise<unknown> } = {
    async consume({ source: from, account: to }) {
      const at = sent[from].length;
      // What was handled before a set-back comes again before anything new.
      if (next(from) === undefined)
        sent[from].push(from === "l1" ? deposit(addresses[to]!, 10n, at) : payment(addresses[to]!, 10n, at + 1));
      await sequencer.consume([next(from)!]);
    },
    async send({ account: from, to, amount }) {
      const nonce = sequencer.nextNonce(addresses[from]!);
      const args = [addresses[to]!, amount] as const;
      const transaction = call(SECRETS[from]!, { method: "transfer", args, nonce });
      await sequencer.submit(transaction).then(
        ({ transactionHash: hash }) => promised.add(hash),
        () => {},
      );
    },
    seal: () => sequencer.seal(),
    "set back": ({ blocks }) =>
      sequencer.setBack({
        through: Math.max(0, store.lastBlockNumber() - blocks),
        epoch: 1,
        session: sequencer.session + 1,
      }),
    async restart() {
      await sequencer.close();
      sequencer = startOn(store, { messageDelayMilliseconds: 1 });
    },
  };
  return {
    store,
    promised,
    sequencer: () => sequencer,
    take: (taken: Step) => steps[taken.kind](taken as never),
    async bringAllBack() {
      for (const from of ["other", "l1"] as const)
        for (let message = next(from); message !== undefined; message = next(from)) await sequencer.consume([message]);
      await expect.poll(() => sequencer.returning(), { timeout: 5_000 }).toEqual({ count: 0 });
      await sequencer.seal();
    },
  };
}

it("executes all that was promised, each account in its order, when everything comes back in any order", {
  timeout: 240_000,
}, async () => {
  let waited = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40, size: "max" }), async (steps) => {
      const world = createWorld();
      for (const taken of steps) {
        await world.take(taken);
        waited += world.sequencer().returning().count;
      }
      await world.bringAllBack();
      const { store, promised } = world;
      const executed = Array.from(
        { length: store.lastBlockNumber() },
        (_, i) => store.witness(i + 1)!.transactions,
      ).flat();
      expect(new Set(hashesOf(executed))).toEqual(promised);
      expect(executed).toHaveLength(promised.size);
      for (const secret of SECRETS) {
        const sender = call(secret, { method: "note", args: [1n, 1n], nonce: 0 }).publicKey.x;
        const nonces = executed.filter(({ publicKey }) => publicKey.x === sender).map(({ nonce }) => nonce);
        expect(nonces).toEqual(nonces.map((_, i) => i));
      }
      expect([...store.table("dropped").entries()]).toEqual([]);
      await world.sequencer().close();
    }),
    { numRuns: 15 },
  );
  expect(waited).toBeGreaterThan(15);
});
