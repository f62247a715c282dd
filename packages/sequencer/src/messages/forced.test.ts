import { type ForcedTransaction, forcedHash, forcedMessage, forcedOf, MessageKind } from "@frond/protocol";
import { FORCED_SOURCE, type IncomingMessage, memoryStore } from "@frond/store";
import { describe, expect, it } from "vitest";
import { startInTest } from "../startInTest.ts";
import { ALICE, alice, BOB, balanceOf, bob, call, deposit, identity, note, sizes } from "../testing.ts";

const SIZES = [
  ...sizes,
  { name: "forced", transactions: 0, forced: 2, entries: 9, inserts: 3, consumed: 0, produced: 1 },
];

const transfer = (nonce: number, amount: bigint, secret = ALICE): ForcedTransaction =>
  forcedOf(call(secret, { method: "transfer", args: [bob, amount], nonce }));
const forced = (position: number, transaction: ForcedTransaction): IncomingMessage => ({
  ...{ source: FORCED_SOURCE, position, message: forcedMessage(transaction) },
  forced: { transaction },
});

async function start() {
  const store = memoryStore(identity);
  const sequencer = startInTest(store, { sizes: SIZES });
  await sequencer.consume([deposit(alice, 100n, 0)]);
  return { store, sequencer };
}

describe("a forced transaction", () => {
  it("is executed in a block of its own, without a fee, between other blocks", async () => {
    const { store, sequencer } = await start();
    await sequencer.submit(note(0, 1n));
    const transaction = transfer(1, 10n);
    const handled = sequencer.consume([forced(0, transaction)]);
    await sequencer.hold();
    await handled;
    sequencer.release();
    expect([balanceOf(sequencer, alice), balanceOf(sequencer, bob)]).toEqual([90n, 10n]);
    await sequencer.submit(note(2, 1n));
    await sequencer.seal();
    expect([1, 2, 3].map((number) => store.block(number)?.size)).toEqual(["small", "forced", "small"]);
    expect(store.block(2)).toMatchObject({ transactions: [], consumed: [forced(0, transaction)] });
    expect(store.witness(2)).toMatchObject({ forced: [transaction], transactions: [] });
    expect(store.transactionPlace(forcedHash(transaction))).toEqual({ block: 2, position: 0 });
  });

  it("that is invalid is taken, changes nothing, and its block says why", async () => {
    const { store, sequencer } = await start();
    await sequencer.seal();
    const wrong = [transfer(0, 101n), { ...transfer(0, 1n), sLow: 1n }, transfer(0, 1n, BOB)];
    await sequencer.consume(wrong.map((transaction, id) => forced(id, transaction)));
    await sequencer.seal();
    const problems = [2, 3].flatMap((number) => store.block(number)!.consumed.map(({ forced }) => forced?.problem));
    expect(problems).toEqual([
      expect.stringMatching(/underflow/),
      expect.stringMatching(/its signature is not that/),
      expect.stringMatching(/underflow/),
    ]);
    expect(balanceOf(sequencer, alice)).toBe(100n);
    expect(sequencer.nextNonce(alice)).toBe(0);
  });

  it("is taken once, however often it is given, and again after a set-back", async () => {
    const { store, sequencer } = await start();
    await sequencer.seal();
    const item = forced(3, transfer(0, 10n));
    await Promise.all([sequencer.consume([item, item]), sequencer.consume([item])]);
    await sequencer.consume([item]);
    await sequencer.seal();
    expect(balanceOf(sequencer, alice)).toBe(90n);
    await sequencer.setBack({ through: 1, epoch: 2, session: 1 });
    expect([balanceOf(sequencer, alice), sequencer.cursor(FORCED_SOURCE)]).toEqual([100n, undefined]);
    expect(store.transactionPlace(item.message.payload)).toBeUndefined();
    await sequencer.consume([item]);
    expect([balanceOf(sequencer, alice), sequencer.cursor(FORCED_SOURCE)]).toEqual([90n, 3]);
  });

  it("that no block has sealed is executed again after a restart", async () => {
    const { store, sequencer } = await start();
    await sequencer.consume([forced(0, transfer(0, 10n)), forced(1, transfer(0, 1n))]);
    await sequencer.close();
    const again = startInTest(store, { sizes: SIZES });
    expect([balanceOf(again, alice), again.cursor(FORCED_SOURCE)]).toEqual([90n, 1]);
    await again.seal();
    expect(store.block(2)?.consumed.map(({ forced }) => forced?.problem)).toEqual([
      undefined,
      expect.stringMatching(/nonce 0 is used/),
    ]);
  });

  it("is not taken without the words that its message demands, nor by another kind of message", async () => {
    const { sequencer } = await start();
    const { forced: _, ...bare } = forced(0, transfer(0, 1n));
    const other = { ...forced(0, transfer(0, 1n)), forced: { transaction: transfer(0, 2n) } };
    const money = { ...deposit(alice, 1n, 9), forced: { transaction: transfer(0, 1n) } };
    for (const wrong of [bare, other, money])
      await expect(sequencer.consume([wrong])).rejects.toMatchObject({ code: "sequencer/message-out-of-place" });
    expect(money.message.kind).toBe(MessageKind.deposit);
  });

  it("is refused by a layer whose blocks have no place for one", async () => {
    const sequencer = startInTest(memoryStore(identity), { sizes });
    await expect(sequencer.consume([forced(0, transfer(0, 1n))])).rejects.toMatchObject({
      code: "sequencer/message-too-large",
    });
  });
});
