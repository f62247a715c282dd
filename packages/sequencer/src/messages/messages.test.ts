import { L1_LAYER_ID, MessageKind } from "@frond/protocol";
import { memoryStore } from "@frond/store";
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
  LAYER,
  note,
  OTHER,
  payment,
  THIRD,
} from "../testing.ts";
import type { OutgoingMessage } from "../types.ts";

const pay = (nonce: number, to = OTHER, amount = 1n, secret = ALICE) =>
  call(secret, { method: "pay", args: [to, amount], nonce });
const withdraw = (nonce: number, secret = ALICE) => call(secret, { method: "withdraw", args: [1n, 1n], nonce });
const places = (outgoing: readonly OutgoingMessage[]) => outgoing.map(({ block, position }) => [block, position]);

describe("a message of another layer", () => {
  it("that no block of its epoch has consumed can be given again, and only then; a deposit stays", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 100n, 0)]);
    // The list of the epoch has no place for what comes from L1, and the open block makes messages wait.
    sequencer.setAllowance(allowing({ deposits: 1 }));
    await sequencer.submit(note(0, 1n));
    const held = sequencer.consume([deposit(bob, 5n, 1)]);
    const message = sequencer.consume([payment(alice, 7n, 64)]);
    const rejected = expect(message).rejects.toMatchObject({ code: "sequencer/set-back" });
    await sequencer.closeEpoch();
    await rejected;
    await held;
    expect([balanceOf(sequencer, alice), balanceOf(sequencer, bob)]).toEqual([100n, 5n]);
    await sequencer.consume([payment(alice, 7n, 64)]);
    expect(balanceOf(sequencer, alice)).toBe(107n);
  });
});

describe("a message that no block could consume", () => {
  it.each([
    { what: "of another layer, of a kind that nobody sends", change: { kind: MessageKind.freeze } },
    { what: "of another layer, of a kind that is not built", change: { kind: MessageKind.forced } },
    { what: "of another layer, of a kind that L1 sends", change: { kind: MessageKind.deposit } },
    { what: "of another layer, that is the link of a bundle", change: { kind: MessageKind.bundle } },
    { what: "of L1, of a kind that changes the record", change: { from: L1_LAYER_ID, kind: MessageKind.freeze } },
    { what: "of L1, of a kind that layers send", change: { from: L1_LAYER_ID, kind: MessageKind.call } },
    { what: "to another layer", change: { to: THIRD } },
  ])("$what is not taken, and nothing after it is missed", async ({ change }) => {
    const sequencer = startInTest();
    const wrong = payment(alice, 5n, 3);
    await expect(sequencer.consume([{ ...wrong, message: { ...wrong.message, ...change } }])).rejects.toMatchObject({
      code: "sequencer/message-out-of-place",
      retry: "never",
    });
    await sequencer.consume([payment(alice, 5n, 4)]);
    expect(balanceOf(sequencer, alice)).toBe(5n);
  });
});

describe("messages to other layers", () => {
  it("are emitted in order once they are durable, with their places, and kept for the epoch", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const emitted: OutgoingMessage[] = [];
    sequencer.on("message", (outgoing) => emitted.push(outgoing));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(pay(0));
    expect(emitted).toEqual([
      {
        message: { from: LAYER, to: OTHER, time: 1, kind: 3, asset: 1, amount: 1n, recipient: alice, payload: 0n },
        position: 64,
        block: 1,
        time: 1,
        epoch: 1,
      },
    ]);
    // A message to L1 has a place in the block too, and does not leave here.
    await sequencer.submit(withdraw(1));
    await sequencer.submit(pay(2, THIRD));
    await sequencer.seal();
    await sequencer.submit(pay(3));
    expect(places(emitted)).toEqual([
      [1, 64],
      [1, 66],
      [2, 128],
    ]);
    expect(sequencer.outbox()).toEqual(emitted);
    await sequencer.close();
    const again = startInTest(store);
    expect(again.outbox()).toEqual(emitted);
    await again.closeEpoch();
    expect(again.outbox()).toEqual([]);
    await again.submit(pay(4));
    expect(places(again.outbox())).toEqual([[3, 192]]);
  });

  it("are emitted before the message is acknowledged that caused them", async () => {
    const sequencer = startInTest();
    const order: string[] = [];
    sequencer.on("message", ({ message }) => order.push(`bounce to ${message.to}`));
    const wrong = payment(alice, 5n, 3);
    await sequencer
      .consume([{ ...wrong, message: { ...wrong.message, asset: 2 } }])
      .then(() => order.push("acknowledged"));
    expect(order).toEqual([`bounce to ${OTHER}`, "acknowledged"]);
  });

  it("are refused to layers that are not there", async () => {
    const sequencer = startInTest();
    await sequencer.consume([deposit(alice, 100n, 0)]);
    sequencer.setAllowance(allowing({ reachable: new Set([OTHER]) }));
    await sequencer.submit(pay(0));
    await expect(sequencer.submit(pay(1, THIRD))).rejects.toMatchObject({
      code: "sequencer/destination-offline",
      retry: "later",
    });
    await sequencer.submit(withdraw(1));
    sequencer.setAllowance(allowing({ reachable: new Set([OTHER, THIRD]) }));
    await sequencer.submit(pay(2, THIRD));
  });
});

describe("messages that arrive in the middle of a block", () => {
  it("cut it when one has waited long enough", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { messageDelayMilliseconds: 30 });
    await sequencer.submit(note(0, 1n));
    const before = Date.now();
    await sequencer.consume([deposit(alice, 5n, 0), payment(alice, 5n, 1)]);
    expect(Date.now() - before).toBeGreaterThanOrEqual(25);
    await sequencer.seal();
    expect(store.block(1)).toMatchObject({ transactions: [expect.anything()], consumed: [] });
    expect(store.block(2)?.consumed).toHaveLength(2);
  });

  it("are taken at once while it has no transactions, or cut it when its time is too small", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { messageDelayMilliseconds: 3_600_000 });
    await sequencer.consume([deposit(alice, 5n, 0)]);
    await sequencer.consume([deposit(alice, 5n, 1)]);
    await sequencer.consume([payment(alice, 5n, 8)]);
    await sequencer.seal();
    expect(store.block(1)).toMatchObject({ time: 1, consumed: [{ position: 0 }, { position: 1 }] });
    expect(store.block(2)).toMatchObject({ time: 9, consumed: [{ position: 8 * 64 }] });
  });
});

describe("while transactions are held", () => {
  it("they wait in order, and messages go on", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { messageDelayMilliseconds: 3_600_000 });
    await sequencer.submit(note(0, 1n));
    const consumed = sequencer.consume([deposit(alice, 5n, 0)]);
    await sequencer.hold();
    expect(sequencer.isHeld).toBe(true);
    await consumed;
    const waiting = [1, 2].map((nonce) => sequencer.submit(note(nonce, 1n)));
    await sequencer.consume([payment(alice, 5n, 7)]);
    expect(sequencer.status()).toMatchObject({ waiting: 2, block: 3 });
    expect(balanceOf(sequencer, alice)).toBe(10n);
    sequencer.release();
    expect((await Promise.all(waiting)).map(({ block, position }) => [block, position])).toEqual([
      [3, 0],
      [3, 1],
    ]);
  });

  it("closing the epoch releases them into the next", async () => {
    const sequencer = startInTest();
    await sequencer.submit(note(0, 1n));
    await sequencer.hold();
    const waiting = sequencer.submit(note(1, 1n));
    expect(await sequencer.closeEpoch(1)).toMatchObject({ epoch: 1, blocks: [{ number: 1 }] });
    expect(await waiting).toMatchObject({ epoch: 2, block: 2 });
    // Asked for again, or too early, it does nothing.
    expect(await sequencer.closeEpoch(1)).toMatchObject({ epoch: 1, blocks: [{ number: 1 }] });
    expect(await sequencer.closeEpoch(3)).toMatchObject({ epoch: 3, blocks: [] });
    expect(sequencer.epoch).toBe(2);
  });

  it("closing the sequencer refuses them", async () => {
    const sequencer = startInTest();
    await sequencer.hold();
    const refused = expect(sequencer.submit(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/closed" });
    await sequencer.close();
    await refused;
  });
});

describe("the settlement list of an epoch", () => {
  it("takes so many items of the layer: then deposits wait, and what sends to L1 is refused", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    sequencer.setAllowance(allowing({ deposits: 2, exits: 1 }));
    await sequencer.consume([deposit(alice, 100n, 0), deposit(bob, 100n, 1)]);
    await sequencer.submit(withdraw(0));
    await expect(sequencer.submit(withdraw(0, BOB))).rejects.toMatchObject({
      code: "sequencer/epoch-list-full",
      retry: "later",
    });
    let handled = false;
    const consumed = sequencer.consume([deposit(bob, 7n, 2)]).then(() => {
      handled = true;
    });
    // Of other layers they are handled, and other transactions are executed.
    await sequencer.seal();
    await sequencer.consume([payment(alice, 5n, 1)]);
    await sequencer.submit(note(1, 1n));
    expect(handled).toBe(false);
    expect(sequencer.status()).toMatchObject({ listed: 3, inbox: 1 });
    await sequencer.closeEpoch();
    await consumed;
    await sequencer.submit(withdraw(0, BOB));
    await sequencer.seal();
    expect(store.block(store.lastBlockNumber())).toMatchObject({ epoch: 2, consumed: [{ position: 2 }] });
    expect(sequencer.status().listed).toBe(2);
    await sequencer.close();
    expect(startInTest(store).status().listed).toBe(2);
  });

  it("takes a deposit that bounces only with room for both among the deposits", async () => {
    const sequencer = startInTest();
    sequencer.setAllowance(allowing({ deposits: 1, exits: 0 }));
    const wrong = deposit(alice, 5n, 0);
    const consumed = sequencer.consume([{ ...wrong, message: { ...wrong.message, asset: 2 } }]);
    await sequencer.submit(note(0, 1n));
    expect(sequencer.cursor("l1")).toBeUndefined();
    sequencer.setAllowance(allowing({ deposits: 2, exits: 0 }));
    await sequencer.seal();
    await consumed;
    expect(sequencer.status().listed).toBe(2);
  });
});
