import { sleep } from "@frond/foundation";
import { transactionHash } from "@frond/protocol";
import { memoryStore, type Store } from "@frond/store";
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
  identity,
  leg,
  note,
  payment,
} from "../testing.ts";
import { checkOpening, mayTransactionOpen, messageDelayFactor } from "./blockAllowance.ts";
import { MustWait } from "./mustWait.ts";

const withdraw = (nonce: number, { amount = 1n, secret = ALICE } = {}) =>
  call(secret, { method: "withdraw", args: [9n, amount], nonce });
const epochsOf = (store: Store) => Array.from({ length: store.lastBlockNumber() }, (_, i) => store.block(i + 1)!.epoch);
const rest = () => sleep(20);

describe("the settlement list", () => {
  it("has a place for a withdrawal after 300 dust deposits, and after those that bounce", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    sequencer.setAllowance(allowing({ deposits: 100, exits: 2 }));
    const dust = Array.from({ length: 300 }, (_, i) => {
      const message = deposit(i === 0 ? alice : bob, 10n, i);
      // Every third one bounces, and takes a second place.
      return i % 3 === 1 ? { ...message, message: { ...message.message, asset: 2 } } : message;
    });
    let isConsumed = false;
    const consumed = sequencer.consume(dust).then(
      () => {
        isConsumed = true;
      },
      () => {},
    );
    await expect.poll(() => sequencer.cursor("l1")).toBe(74);
    await sequencer.submit(withdraw(0));
    await sequencer.submit(withdraw(1));
    expect(isConsumed).toBe(false);
    // 75 deposits and 25 bounces; two withdrawals.
    expect([sequencer.cursor("l1"), sequencer.status().listed]).toEqual([74, 102]);
    await sequencer.seal();
    await sequencer.close();
    const again = startInTest(store);
    again.setAllowance(allowing({ deposits: 100, exits: 2 }));
    expect(again.status().listed).toBe(102);
    await expect(again.submit(withdraw(2))).rejects.toMatchObject({ code: "sequencer/epoch-list-full" });
    await again.closeEpoch();
    await again.submit(withdraw(2));
    await consumed;
  });

  it("has no place for what sends nothing to L1: it would cost nothing to fill the list", async () => {
    const sequencer = startInTest();
    sequencer.setAllowance(allowing({ exits: 63 }));
    for (let i = 0; i < 63; i++)
      await expect(sequencer.submit(withdraw(0, { amount: 0n, secret: BigInt(100 + i) }))).rejects.toMatchObject({
        code: "sequencer/zero-amount",
        retry: "changed",
      });
    const asLeg = leg(BOB, { method: "withdraw", args: [9n, 0n], nonce: 0 });
    await expect(sequencer.prepare(asLeg)).rejects.toMatchObject({ code: "sequencer/zero-amount" });
    expect(sequencer.status().listed).toBe(0);
  });
});

describe("the blocks of an epoch", () => {
  it.each([
    [0, 20, true],
    [11, 20, true],
    [12, 20, false],
    [0, 1, true],
    [1, 1, false],
    [1, 4, true],
    [2, 4, false],
    [1_000_000, Number.POSITIVE_INFINITY, true],
  ])("with %i of %f, a transaction may open one more: %o", (blocks, allowed, may) => {
    expect(mayTransactionOpen(blocks, allowed)).toBe(may);
  });

  it("are not opened by transactions when messages that wait need them", () => {
    const opening = { time: 1, kind: "transaction", isPromised: false, touched: [] } as const;
    const used = { blocks: 6, allowed: 16, isAhead: () => false };
    const open = (forMail: number) => () => checkOpening(opening, { ...used, forMail });
    expect(open(1)).not.toThrow();
    expect(open(2)).toThrow(MustWait);
    expect(() => checkOpening({ ...opening, isPromised: true }, { ...used, forMail: 9 })).not.toThrow();
  });

  it("are not used up by messages that come now and then: each eighth doubles the time that one waits", () => {
    expect([0, 7, 8, 16, 63, 64].map((blocks) => messageDelayFactor(blocks, 64))).toEqual([1, 1, 2, 4, 128, 256]);
    expect(messageDelayFactor(1_000, Number.POSITIVE_INFINITY)).toBe(1);
  });

  it("end for transactions before those for messages, and for both until the next epoch", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    sequencer.setAllowance(allowing({ blocks: 16 }));
    for (let nonce = 0; nonce < 8; nonce++) {
      await sequencer.submit(note(nonce, 1n));
      await sequencer.seal();
    }
    const waiting = [8, 9].map((nonce) => sequencer.submit(note(nonce, 1n)));
    await rest();
    expect(sequencer.status()).toMatchObject({ waiting: 2, block: 9 });
    // Eight blocks are left. Transactions may use those that a message has opened.
    await sequencer.consume([payment(alice, 1n, 1)]);
    expect((await Promise.all(waiting)).map(({ block, position }) => [block, position])).toEqual([
      [9, 0],
      [9, 1],
    ]);
    for (let i = 0; i < 8; i++) {
      await sequencer.seal();
      if (i < 7) await sequencer.consume([payment(alice, 1n, 10 * (i + 1))]);
    }
    let isHandled = false;
    const consumed = sequencer.consume([deposit(alice, 1n, 7)]).then(() => {
      isHandled = true;
    });
    const last = sequencer.submit(note(10, 1n));
    await rest();
    expect([isHandled, sequencer.status().waiting, store.lastBlockNumber()]).toEqual([false, 1, 16]);
    await sequencer.closeEpoch();
    await consumed;
    expect(await last).toMatchObject({ epoch: 2, block: 17 });
    await sequencer.seal();
    expect(epochsOf(store)).toEqual([...Array(16).fill(1), 2]);
  });

  it("are counted after a restart, and again after a set-back", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    for (const nonce of [0, 1, 2]) {
      await sequencer.submit(note(nonce, 1n));
      if (nonce < 2) await sequencer.seal();
    }
    await sequencer.close();
    const again = startInTest(store);
    again.setAllowance(allowing({ blocks: 6 }));
    await again.seal();
    const waiting = again.submit(note(3, 1n));
    await rest();
    expect(again.status().waiting).toBe(1);
    // What is executed again fits into one block.
    await again.setBack({ through: 0, epoch: 1, session: 1 });
    expect(await waiting).toMatchObject({ block: 1, position: 3 });
  });

  it("let what returns wait as well, and a larger allowance lets it go on", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 9n, 0)]);
    await sequencer.submit(call(ALICE, { method: "transfer", args: [bob, 9n], nonce: 0 }));
    await sequencer.setBack({ through: 0, epoch: 1, session: 1 });
    sequencer.setAllowance(allowing({ blocks: 2 }));
    await sequencer.consume([deposit(alice, 9n, 0)]);
    await expect.poll(() => sequencer.returning().count).toBe(0);
    await sequencer.setBack({ through: 0, epoch: 1, session: 2 });
    sequencer.setAllowance(allowing({ blocks: 0 }));
    const consumed = sequencer.consume([deposit(alice, 9n, 0)]);
    await rest();
    expect(sequencer.returning()).toEqual({ count: 1, waiting: 1, failing: 1 });
    sequencer.giveUp(1);
    expect(sequencer.returning().count).toBe(1);
    sequencer.setAllowance(allowing());
    await consumed;
    await expect.poll(() => sequencer.returning().count).toBe(0);
    expect(balanceOf(sequencer, bob)).toBe(9n);
  });

  it("are not waited for by a sequencer that closes", async () => {
    const sequencer = startInTest();
    await sequencer.submit(note(0, 1n));
    sequencer.setAllowance(allowing({ blocks: 1 }));
    const waiting = Array.from({ length: 17 }, (_, i) => sequencer.submit(note(i + 1, 1n)));
    const answers = Promise.allSettled(waiting);
    await rest();
    await sequencer.close();
    const refused = (await answers).filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "sequencer/closed" } }, { reason: { code: "sequencer/closed" } }]);
  });

  it("are open to a promised leg up to the last one", async () => {
    const sequencer = startInTest();
    const legs = [0, 1].map((i) => leg(BigInt(50 + i), { method: "note", args: [BigInt(i + 1), 1n], nonce: 0 }));
    for (const transaction of legs) await sequencer.prepare(transaction);
    sequencer.setAllowance(allowing({ blocks: 2 }));
    await sequencer.submit(note(0, 7n));
    await sequencer.seal();
    expect(await sequencer.commit(transactionHash(legs[0]!))).toMatchObject({ block: 2 });
    await sequencer.seal();
    await expect(sequencer.commit(transactionHash(legs[1]!))).rejects.toMatchObject({
      code: "sequencer/epoch-blocks-used",
    });
  });
});
