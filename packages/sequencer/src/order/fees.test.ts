import { publicKeyOf } from "@frond/foundation";
import { blockInputs } from "@frond/language";
import { addressOf, transactionHash } from "@frond/protocol";
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
  feeLedger,
  identity,
  leg,
  note,
  SECRET,
  sizes,
  startOn,
} from "../testing.ts";
import type { Sequencer, SequencerOptions } from "../types.ts";

const RECIPIENT = addressOf(publicKeyOf(SECRET));

const start = (store: Store, options: Partial<SequencerOptions> = {}): Sequencer =>
  startInTest(store, { program: feeLedger.program, ...options });

const transfer = (nonce: number, maxFee: bigint, secret = ALICE) =>
  call(secret, { method: "transfer", args: [bob, 1n], nonce, maxFee });

const eip1559 = {
  kind: "eip1559",
  initialBaseFee: 100n,
  minimumBaseFee: 10n,
  targetFullness: 0.25,
  maxChange: 0.5,
} as const;

describe("a layer with fees", () => {
  it("takes a fixed fee for its sequencer, and refuses who pays less", async () => {
    const store = memoryStore(identity);
    const sequencer = start(store, { feeRule: { kind: "fixed", fee: 7n } });
    expect(sequencer.fee()).toEqual({ kind: "fixed", fee: 7n });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await expect(sequencer.submit(transfer(0, 6n))).rejects.toMatchObject({
      code: "sequencer/fee-too-low",
      retry: "changed",
      data: { fee: "7", maxFee: "6" },
    });
    await sequencer.submit(transfer(0, 9n));
    expect([alice, bob, RECIPIENT].map((address) => balanceOf(sequencer, address))).toEqual([92n, 1n, 7n]);
    await sequencer.seal();
    expect(store.block(1)?.fee).toBe(7n);
    const witness = store.witness(1)!;
    expect(witness).toMatchObject({ fees: [7n], feeRecipient: RECIPIENT });
    expect(() => blockInputs({ program: feeLedger.program, size: sizes[0]!, witness })).not.toThrow();
  });

  it("lets the base fee follow how full blocks are, across restarts", async () => {
    const store = memoryStore(identity);
    let sequencer = start(store, { feeRule: eip1559 });
    await sequencer.consume([deposit(alice, 10_000n, 0)]);
    for (let nonce = 0; nonce < 16; nonce++) await sequencer.submit(transfer(nonce, 200n));
    expect(sequencer.fee().fee).toBe(100n);
    await sequencer.seal();
    expect(sequencer.fee()).toEqual({ kind: "eip1559", fee: 150n });
    await sequencer.close();
    sequencer = start(store, { feeRule: eip1559 });
    expect(sequencer.fee().fee).toBe(150n);
    await sequencer.submit(transfer(16, 200n));
    await sequencer.close();
    // What was paid is in the log, whatever the rule says now.
    sequencer = start(store, { feeRule: { kind: "free" } });
    expect(balanceOf(sequencer, RECIPIENT)).toBe(16n * 100n + 150n);
    await sequencer.seal();
    expect(store.witness(2)?.fees).toEqual([150n]);
    expect(sequencer.fee()).toEqual({ kind: "free", fee: 0n });
  });

  it("executes again at the fees that were paid", async () => {
    const store = memoryStore(identity);
    const sequencer = start(store, { feeRule: { ...eip1559, targetFullness: 0.5 } });
    await sequencer.consume([deposit(alice, 10_000n, 0)]);
    for (const [nonce, fee] of [75n, 45n].entries()) {
      await sequencer.seal();
      expect(sequencer.fee().fee).toBe(fee);
      await sequencer.submit(transfer(nonce, fee));
    }
    // Both are in one block now, whose fee the second would not pay.
    await sequencer.setBack({ through: 1, epoch: 2, session: 1 });
    expect(sequencer.fee().fee).toBe(75n);
    expect(sequencer.promised(transactionHash(transfer(1, 45n)))).toMatchObject({ block: 2, position: 1 });
    expect(balanceOf(sequencer, RECIPIENT)).toBe(120n);
    await sequencer.seal();
    expect(store.witness(2)?.fees).toEqual([75n, 45n]);
  });

  it("does not lock the account that takes the fees", async () => {
    const store = memoryStore(identity);
    const sequencer = start(store, { feeRule: { kind: "fixed", fee: 7n } });
    await sequencer.consume([deposit(alice, 100n, 0), deposit(33n, 100n, 1)]);
    await sequencer.consume([deposit(bob, 100n, 2)]);
    const transaction = leg(ALICE, { method: "transfer", args: [44n, 1n], nonce: 0, maxFee: 9n });
    await sequencer.prepare(transaction);
    await sequencer.submit(transfer(0, 9n, BOB));
    await sequencer.commit(transactionHash(transaction));
    expect(balanceOf(sequencer, RECIPIENT)).toBe(14n);
  });

  it("can't have an application that takes none", () => {
    expect(() => startOn(memoryStore(identity), { feeRule: { kind: "fixed", fee: 7n } })).toThrow(/only be free/);
  });
});

describe("a free layer", () => {
  it("lets an account send so many transactions in an epoch", async () => {
    const store = memoryStore(identity);
    const options = { feeRule: { kind: "free", quota: { perEpoch: 2 } } } as const;
    let sequencer = startOn(store, options);
    await sequencer.submit(note(0, 1n));
    await sequencer.seal();
    await sequencer.submit(note(1, 1n));
    await sequencer.close();
    sequencer = startInTest(store, options);
    await expect(sequencer.submit(note(2, 1n))).rejects.toMatchObject({
      code: "sequencer/quota-used",
      retry: "later",
    });
    await sequencer.submit(note(0, 1n, BOB));
    await sequencer.closeEpoch();
    await sequencer.submit(note(2, 1n));
  });

  it("limits how fast an account sends", async () => {
    const sequencer = startInTest(memoryStore(identity), { feeRule: { kind: "free", quota: { rate: 1, burst: 1 } } });
    await sequencer.submit(note(0, 1n));
    await expect(sequencer.submit(note(1, 1n))).rejects.toMatchObject({ code: "sequencer/rate-limited" });
  });
});
