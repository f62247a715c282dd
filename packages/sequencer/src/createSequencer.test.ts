import { publicKeyOf, sleep } from "@frond/foundation";
import { blockInputs, dataRulesOf } from "@frond/language";
import {
  blockData,
  blockDataHash,
  blockStatement,
  createIndexedTree,
  dataChain,
  entryKey,
  genesisStateRoot,
  MessageKind,
  readEntryWords,
  statementHash,
  type Transaction,
  transactionHash,
  verifyBlockSignature,
} from "@frond/protocol";
import { createOverlay, memoryStore } from "@frond/store";
import { describe, expect, it } from "vitest";
import { verifyPreconfirmation } from "./promise/preconfirmation.ts";
import { startInTest } from "./startInTest.ts";
import { ALICE, alice, BOB, bob, call, deposit, identity, LAYER, ledger, note, SECRET, sizes } from "./testing.ts";
import type { Sequencer } from "./types.ts";

const accountOf = (sequencer: Sequencer, address: bigint) => sequencer.read(entryKey(0, [address]));
const transfer = (
  secret: bigint,
  to: bigint,
  amount: bigint,
  nonce: number,
  more: { expiry?: number; layerId?: bigint } = {},
) => call(secret, { method: "transfer", args: [to, amount], nonce, ...more });

describe("a sequencer", () => {
  it("takes a deposit, a transfer and a withdrawal, and seals them into a block", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const first = transfer(ALICE, bob, 30n, 0);
    const preconfirmation = await sequencer.submit(first);
    expect(preconfirmation).toMatchObject({ layerId: LAYER, time: 1, epoch: 1, block: 1, position: 0 });
    expect(verifyPreconfirmation(preconfirmation, publicKeyOf(SECRET))).toBe(true);
    await sequencer.submit(call(BOB, { method: "withdraw", args: [99n, 10n], nonce: 0 }));
    expect(accountOf(sequencer, alice)).toEqual([1n, 70n]);
    expect(accountOf(sequencer, bob)).toEqual([1n, 20n]);

    const block = await sequencer.seal();
    expect(block).toMatchObject({ number: 1, time: 1, epoch: 1, size: "small", entries: 0, inserts: 2 });
    expect(block?.stateRootBefore).toBe(genesisStateRoot(2));
    expect(block?.produced).toEqual([
      { from: LAYER, to: 0n, time: 1, kind: 2, asset: 1, amount: 10n, recipient: 99n, payload: 0n },
    ]);
    expect(store.witness(1)?.transactions[0]).toEqual(first);
    const { signature } = block!;
    const statement = blockStatement(store.witness(1)!, sizes[0]!, dataRulesOf(ledger.program));
    const signed = { layerId: LAYER, time: 1, epoch: 1, statementHash: statementHash(statement), signature };
    expect(verifyBlockSignature(signed, publicKeyOf(SECRET))).toBe(true);
    const tree = createIndexedTree({ entryWidth: 2, ...createOverlay(store) });
    expect(tree.stateRoot).toBe(block?.stateRootAfter);
    expect(tree.read(entryKey(0, [bob]))).toEqual([1n, 20n]);
    expect(await sequencer.seal()).toBeUndefined();
    expect(accountOf(sequencer, alice)).toEqual([1n, 70n]);
  });

  it.each(["rollup", "validium"] as const)("says with a block what of it a %s publishes", async (data) => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { data });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(transfer(ALICE, bob, 30n, 0));
    const block = (await sequencer.seal())!;
    const { witnessSet } = store.witness(1)!;
    const words = blockData({ witnessSet, ...dataRulesOf(ledger.program) }).publicWords;
    expect(readEntryWords(words)).toEqual([
      { index: 1, isInsert: true, isHidden: false, key: entryKey(0, [alice]), values: [1n, 70n] },
      { index: 2, isInsert: true, isHidden: false, key: entryKey(0, [bob]), values: [0n, 30n] },
    ]);
    const [publicWords, committeeWords] = data === "rollup" ? [words, []] : [[], words];
    expect(block).toMatchObject({
      publicWords,
      committeeHash: dataChain(committeeWords),
      dataHash: blockDataHash({ publicWords, committeeWords }),
    });
  });

  it("promises each of many sent at once, in the order sent", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const promises = await Promise.all(
      Array.from({ length: 20 }, (_, nonce) => sequencer.submit(transfer(ALICE, bob, 1n, nonce))),
    );
    expect(promises.map(({ block, position }) => [block, position])).toEqual([
      ...Array.from({ length: 16 }, (_, i) => [1, i]),
      ...Array.from({ length: 4 }, (_, i) => [2, i]),
    ]);
    for (const promise of promises) expect(verifyPreconfirmation(promise, publicKeyOf(SECRET))).toBe(true);
    const wrong = [
      { position: 2 },
      { block: 7 },
      // The same number once packed.
      { block: promises[1]!.block - 1, position: promises[1]!.position + 2 ** 32 },
      { time: 7 },
      { epoch: 7 },
      { layerId: 7n },
      { index: promises[1]!.index + 4 ** 9 },
      { siblings: [...promises[1]!.siblings, [1n, 2n, 3n]] },
      { transactionHash: 7n },
    ];
    for (const change of wrong)
      expect(verifyPreconfirmation({ ...promises[1]!, ...change }, publicKeyOf(SECRET))).toBe(false);
    expect(verifyPreconfirmation(promises[1]!, publicKeyOf(6n))).toBe(false);
  });

  it("goes on without blocks that its store has pruned, after a restart too", async () => {
    const store = memoryStore(identity);
    const first = startInTest(store);
    for (const nonce of [0, 1, 2]) {
      await first.submit(note(nonce, BigInt(nonce + 1)));
      await first.closeEpoch();
      await store.setBlockStatus(nonce + 1, "settled");
    }
    await store.prune(3);
    expect(store.firstBlockNumber()).toBe(3);
    expect(first.position().sealed).toBe(3);
    await first.close();
    const second = startInTest(store);
    await second.submit(note(3, 4n));
    await second.setBack({ through: 3, epoch: 4, session: 1 });
    await expect.poll(() => second.returning().count).toBe(0);
    expect(await second.closeEpoch()).toMatchObject({ epoch: 4, blocks: [{ number: 4 }] });
    await expect(second.submit(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/nonce-too-low" });
  });

  it("refuses with a typed error, and changes nothing", async () => {
    const sequencer = startInTest(memoryStore(identity));
    await sequencer.consume([deposit(alice, 100n, 0)]);
    await sequencer.submit(transfer(ALICE, bob, 1n, 0));
    const before = sequencer.read(entryKey(0, [alice]));
    const good = transfer(ALICE, bob, 1n, 1);
    const cases: [string, Transaction][] = [
      ["nonce-too-low", transfer(ALICE, bob, 2n, 0)],
      ["nonce-too-high", transfer(ALICE, bob, 1n, 2)],
      ["expired", transfer(ALICE, bob, 1n, 1, { expiry: 0 })],
      ["execution-failed", transfer(ALICE, bob, 1000n, 1)],
      ["wrong-layer", transfer(ALICE, bob, 1n, 1, { layerId: 78n })],
      ["unknown-method", { ...good, method: 9 }],
      ["malformed-transaction", { ...good, args: [1n] }],
      ["malformed-transaction", { ...good, nonce: -1 }],
      ["malformed-transaction", transfer(ALICE, bob, 1n, 2 ** 32 - 1)],
      ["nonce-too-high", transfer(ALICE, bob, 1n, 2 ** 32 - 2)],
      ["malformed-transaction", { ...good, publicKey: { x: 1n, y: 1n } }],
      ["malformed-transaction", { ...good, signature: { ...good.signature, s: 2n ** 255n } }],
      ["malformed-transaction", { ...good, args: [bob, 2n ** 255n] }],
      ["invalid-signature", { ...good, args: [bob, 2n] }],
      ["invalid-signature", { ...good, nonce: 0 }],
      ["invalid-signature", { ...good, maxFee: 1n }],
      ["invalid-signature", { ...good, expiry: 5 }],
      ["invalid-signature", { ...good, publicKey: publicKeyOf(BOB) }],
    ];
    for (const [code, transaction] of cases)
      await expect(sequencer.submit(transaction), code).rejects.toMatchObject({ code: `sequencer/${code}` });
    expect(sequencer.read(entryKey(0, [alice]))).toEqual(before);
    expect(sequencer.status()).toMatchObject({ accepted: 1, rejected: cases.length, waiting: 0 });
    await expect(sequencer.submit(cases[0]![1])).rejects.toMatchObject({ data: { expected: 1, actual: 0 } });
    await expect(sequencer.submit(cases[3]![1])).rejects.toThrow(
      /^The application refused: underflow: the result is below zero \(.*testing\.ts:[0-9]+:[0-9]+\)\. Read the state/,
    );
    await sequencer.submit(good);
  });

  it("refuses a transaction that no block holds, and cuts no block for it", async () => {
    const narrow = { name: "narrow", transactions: 4, entries: 3, inserts: 1, consumed: 1, produced: 1 };
    const sequencer = startInTest(memoryStore(identity), { sizes: [narrow] });
    await sequencer.consume([deposit(alice, 100n, 0)]);
    const small = (nonce: number) => call(ALICE, { method: "notBetween", args: [0n, 0n], nonce });
    expect(await sequencer.submit(small(0))).toMatchObject({ block: 1, position: 0 });
    // It adds an account and a note.
    await expect(sequencer.submit(note(0, 1n, BOB))).rejects.toMatchObject({
      code: "sequencer/transaction-too-large",
    });
    expect(await sequencer.submit(small(1))).toMatchObject({ block: 1, position: 1 });
  });

  it("refuses a log with a transaction that no block was opened for", async () => {
    const store = memoryStore(identity);
    const transaction = note(0, 1n);
    await store.append([{ kind: "transaction", transaction, hash: transactionHash(transaction), fee: 0n }]);
    expect(() => startInTest(store)).toThrow(
      expect.objectContaining({
        code: "sequencer/replay-failed",
        cause: expect.objectContaining({ code: "sequencer/record-out-of-block" }),
      }),
    );
  });

  it("answers a repeated transaction with the same promise, before and after it is sealed", async () => {
    const sequencer = startInTest(memoryStore(identity));
    const transaction = note(0, 1n);
    const [a, b] = await Promise.all([sequencer.submit(transaction), sequencer.submit(transaction)]);
    const { block, position, time } = a;
    expect(b).toMatchObject({ block, position, time });
    await sequencer.seal();
    expect(await sequencer.submit(transaction)).toMatchObject({ block, position, time });
    expect(sequencer.status().accepted).toBe(1);
  });

  it("cuts a block that has no room for the next transaction, its entries, inserts or messages", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    // One account and 19 notes would fill the 20 inserts of the largest block, but it holds 16 transactions.
    for (let nonce = 0; nonce < 17; nonce++) await sequencer.submit(note(nonce, BigInt(nonce + 1)));
    await sequencer.seal();
    expect(store.block(1)).toMatchObject({ size: "large", inserts: 17, entries: 0 });
    expect(store.block(2)).toMatchObject({ size: "small", inserts: 1, entries: 1 });
    // Each of these inserts two keys.
    for (let i = 0; i < 11; i++) await sequencer.submit(note(0, BigInt(100 + i), BigInt(20 + i)));
    await sequencer.seal();
    expect(store.block(3)).toMatchObject({ inserts: 20 });
    expect(store.block(4)).toMatchObject({ inserts: 2 });
    // Five messages leave, four fit.
    await sequencer.consume([deposit(alice, 100n, 0)]);
    for (let i = 0; i < 5; i++)
      await sequencer.submit(call(ALICE, { method: "withdraw", args: [1n, 1n], nonce: 17 + i }));
    await sequencer.seal();
    expect(store.block(5)?.produced).toHaveLength(4);
    expect(store.block(6)?.produced).toHaveLength(1);
    // Each block starts where the one before ended.
    for (let number = 2; number <= 6; number++)
      expect(store.block(number)?.stateRootBefore).toBe(store.block(number - 1)?.stateRootAfter);
  });

  it("handles messages at the start of blocks, so many as fit, each once", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.submit(note(0, 1n));
    const deposits = Array.from({ length: 6 }, (_, i) => deposit(alice, 1n, i));
    let handled = false;
    const consuming = sequencer.consume(deposits).then(() => {
      handled = true;
    });
    await sequencer.consume(deposits.slice(0, 0));
    expect(handled).toBe(false);
    await sequencer.seal();
    await consuming;
    await sequencer.consume(deposits);
    await sequencer.seal();
    expect([1, 2, 3].map((number) => store.block(number)?.consumed.map(({ position }) => position))).toEqual([
      [],
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect(sequencer.cursor("l1")).toBe(5);
    expect(accountOf(sequencer, alice)).toEqual([1n, 6n]);
  });

  it("bounces a message that the application cannot handle", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const wrong = deposit(alice, 5n, 0);
    await sequencer.consume([{ ...wrong, message: { ...wrong.message, asset: 2 } }]);
    const bounce = { ...wrong.message, kind: 4 as const, from: LAYER, to: 0n, asset: 2, time: 1 };
    await sequencer.consume([{ ...wrong, position: 1, message: { ...bounce, from: 3n, to: LAYER, time: 0 } }]);
    await sequencer.seal();
    expect(store.block(1)?.produced).toEqual([{ ...bounce, recipient: 0xe0an, payload: alice }]);
    expect(store.block(1)?.consumed).toHaveLength(2);
    // The handler fails before it opens the account, and the circuit does not open it either.
    expect(store.block(1)).toMatchObject({ entries: 0, inserts: 0 });
    expect(() => blockInputs({ program: ledger.program, size: sizes[0]!, witness: store.witness(1)! })).not.toThrow();
  });

  it("gives a block a time greater than that of the messages it consumes", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    const late = deposit(alice, 5n, 0);
    await sequencer.consume([{ ...late, message: { ...late.message, kind: MessageKind.call, from: 3n, time: 40 } }]);
    await sequencer.seal();
    await sequencer.submit(note(0, 1n));
    await sequencer.seal();
    expect([store.block(1)?.time, store.block(2)?.time]).toEqual([41, 42]);
  });

  it("seals after the block time, and makes no empty block", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store, { blockMilliseconds: 20 });
    const sealed = new Promise((resolve) => sequencer.on("block", resolve));
    await sequencer.submit(note(0, 1n));
    await sealed;
    await sleep(60);
    expect(store.lastBlockNumber()).toBe(1);
  });

  it("closes an epoch: its blocks are sealed, and the next ones belong to the next epoch", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest(store);
    await sequencer.submit(note(0, 1n));
    await sequencer.seal();
    await sequencer.submit(note(1, 1n));
    const closing = sequencer.closeEpoch();
    await sequencer.submit(note(2, 1n));
    expect(await closing).toMatchObject({ epoch: 1, blocks: [{ number: 1 }, { number: 2 }] });
    await sequencer.seal();
    expect(store.block(3)).toMatchObject({ epoch: 2 });
    expect(await sequencer.closeEpoch()).toMatchObject({ epoch: 2, blocks: [{ number: 3 }] });
    expect(await sequencer.closeEpoch()).toEqual({ epoch: 3, blocks: [] });
  });

  it("limits how fast an account sends, and how many transactions wait", async () => {
    const sequencer = startInTest(memoryStore(identity), {
      limits: { accountBurst: 2, accountRate: 1, maxWaiting: 3 },
    });
    const answers = await Promise.allSettled([0, 1, 2, 3].map((nonce) => sequencer.submit(note(nonce, 1n))));
    expect(answers.map((answer) => (answer.status === "fulfilled" ? "ok" : answer.reason.code))).toEqual([
      "ok",
      "ok",
      "sequencer/rate-limited",
      "sequencer/mempool-full",
    ]);
    await sequencer.submit(note(0, 2n, BOB));
  });

  it("stops, and says so, when the store fails", async () => {
    const store = memoryStore(identity);
    const sequencer = startInTest({ ...store, append: () => Promise.reject(new Error("disk full")) });
    const failed = new Promise((resolve) => sequencer.on("failed", resolve));
    await expect(sequencer.submit(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/failed" });
    await failed;
    await expect(sequencer.submit(note(0, 1n))).rejects.toMatchObject({ code: "sequencer/failed" });
  });
});

describe("a sequencer started again", () => {
  it("has the same working state, places and root", async () => {
    const store = memoryStore(identity);
    const first = startInTest(store);
    await first.consume([deposit(alice, 100n, 0)]);
    await first.submit(note(0, 7n));
    await first.seal();
    await first.closeEpoch();
    await first.consume([deposit(alice, 100n, 1)]);
    const places = await Promise.all(
      Array.from({ length: 3 }, (_, i) => first.submit(transfer(ALICE, bob, 1n, i + 1))),
    );
    await first.close();
    const second = startInTest(store);
    expect(second.epoch).toBe(2);
    expect(second.cursor("l1")).toBe(1);
    expect(accountOf(second, alice)).toEqual([4n, 197n]);
    for (const { transactionHash, block, time, position } of places)
      expect(second.preconfirmation(transactionHash)).toMatchObject({ block, time, position });
    await second.consume([deposit(alice, 100n, 1)]);
    // Sealed without a further record, so the log must end at the last one replayed.
    const block = await second.seal();
    expect(block?.transactions).toEqual(places.map(({ transactionHash }) => transactionHash));
    expect([...store.log()]).toEqual([]);
    await second.close();
    expect(accountOf(startInTest(store), alice)).toEqual([4n, 197n]);
  });
});
