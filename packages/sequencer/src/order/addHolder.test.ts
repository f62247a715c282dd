import { type Field, publicKeyOf } from "@frond/foundation";
import { dataRulesOf } from "@frond/language";
import { lockers } from "@frond/language/testing";
import {
  addressOf,
  type BlockSize,
  blockData,
  blockDataHash,
  entryKey,
  type Holder,
  MessageKind,
  readEntryWords,
  signHolding,
  signTransaction,
  valuesHash,
} from "@frond/protocol";
import { L1_SOURCE, memoryStore, type Store } from "@frond/store";
import { expect, it } from "vitest";
import { startInTest } from "../startInTest.ts";
import { ALICE, BOB, dyingAfter, LAYER } from "../testing.ts";
import type { Sequencer } from "../types.ts";

const { program } = lockers;
const SIZE: BlockSize = {
  name: "small",
  transactions: 4,
  entries: 12,
  inserts: 6,
  consumed: 2,
  produced: 2,
  holders: 1,
};
const identity = { layerId: LAYER, application: "lockers", programDigest: "", entryWidth: program.entryWidth };
const rules = dataRulesOf(program);

const start = (store: Store, sizes: readonly BlockSize[] = [SIZE]) => startInTest(store, { program, sizes });
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));
const accountOf = (secret: bigint) => entryKey(0, [addressFor(secret)]);

const choose = (secret: bigint, [isPrivate, isHeld]: readonly [Field, Field], nonce: number) =>
  signTransaction(
    { layerId: LAYER, method: 0, args: [isPrivate, isHeld], nonce, maxFee: 0n, expiry: 1_000_000 },
    secret,
  );
const deposit = (secret: bigint, amount: bigint, position: number) => ({
  source: L1_SOURCE,
  position,
  message: {
    ...{ from: 0n, to: LAYER, time: 0, kind: MessageKind.deposit, asset: 1, payload: 0xabn },
    ...{ amount, recipient: addressFor(secret) },
  },
});

/** What the owner signs for the account as it is. */
function sign(sequencer: Sequencer, secret: bigint): readonly [Holder, Field] {
  const hash = valuesHash(sequencer.read(accountOf(secret))!);
  return [signHolding({ layerId: LAYER, valuesHash: hash }, secret), hash];
}

/** The accounts that a block hides, by their leaves. Checks that the block says so. */
function hiddenIn(store: Store, block: number): number[] {
  const data = blockData({ ...store.witness(block)!, ...rules });
  expect(store.block(block)).toMatchObject({ dataHash: blockDataHash(data), publicWords: data.publicWords });
  return readEntryWords(data.publicWords).flatMap(({ isHidden, index }) => (isHidden ? [index] : []));
}

it("leaves an account to the committee for its owner's signature, and publishes it without", async () => {
  const store = memoryStore(identity);
  const sequencer = start(store);
  await sequencer.submit(choose(ALICE, [1n, 1n], 0));
  await sequencer.submit(choose(BOB, [1n, 1n], 0));
  expect(sequencer.addHolder(...sign(sequencer, ALICE))).toBe(1);
  await sequencer.seal();
  expect(hiddenIn(store, 1)).toEqual([1]);
  expect(store.witness(1)?.holders).toHaveLength(1);
  await sequencer.submit(choose(ALICE, [1n, 1n], 1));
  await sequencer.seal();
  expect(hiddenIn(store, 2)).toEqual([]);
  expect(store.witness(2)?.holders).toBeUndefined();
});

it("takes the signature for the values at the end, and forgets those for values before", async () => {
  const store = memoryStore(identity);
  const sequencer = start(store);
  await sequencer.submit(choose(ALICE, [1n, 1n], 0));
  const first = sign(sequencer, ALICE);
  sequencer.addHolder(...first);
  await sequencer.submit(choose(ALICE, [1n, 1n], 1));
  await sequencer.seal();
  expect(hiddenIn(store, 1)).toEqual([]);

  await sequencer.submit(choose(ALICE, [1n, 1n], 2));
  sequencer.addHolder(...sign(sequencer, ALICE));
  await sequencer.submit(choose(ALICE, [1n, 1n], 3));
  expect(() => sequencer.addHolder(...first)).toThrow(expect.objectContaining({ code: "sequencer/other-values" }));
  sequencer.addHolder(...sign(sequencer, ALICE));
  await sequencer.seal();
  expect(hiddenIn(store, 2)).toEqual([1]);
});

it("publishes what the block's size has no place for: first come, first served", async () => {
  const store = memoryStore(identity);
  const sequencer = start(store);
  await sequencer.submit(choose(ALICE, [1n, 1n], 0));
  await sequencer.submit(choose(BOB, [1n, 1n], 0));
  sequencer.addHolder(...sign(sequencer, BOB));
  sequencer.addHolder(...sign(sequencer, ALICE));
  await sequencer.seal();
  expect(hiddenIn(store, 1)).toEqual([2]);
});

it("refuses what would change nothing, and says why", async () => {
  const sequencer = start(memoryStore(identity));
  const refusal = (holder: Holder, hash: Field, layer = sequencer) => {
    try {
      return layer.addHolder(holder, hash);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const signed = signHolding({ layerId: LAYER, valuesHash: 5n }, ALICE);
  expect(refusal(signed, 5n)).toBe("sequencer/entry-not-written");
  await sequencer.submit(choose(ALICE, [1n, 0n], 0));
  expect(refusal(...sign(sequencer, ALICE))).toBe("sequencer/not-held");
  await sequencer.submit(choose(ALICE, [0n, 1n], 1));
  expect(refusal(...sign(sequencer, ALICE))).toBe("sequencer/not-held");
  await sequencer.submit(choose(ALICE, [1n, 1n], 2));
  const [holder, hash] = sign(sequencer, ALICE);
  expect(refusal(signed, 5n)).toBe("sequencer/other-values");
  expect(refusal(signHolding({ layerId: LAYER, valuesHash: hash }, BOB), hash)).toBe("sequencer/entry-not-written");
  expect(refusal({ ...holder, signature: signed.signature }, hash)).toBe("sequencer/wrong-holder");
  const elsewhere = signHolding({ layerId: LAYER + 1n, valuesHash: hash }, ALICE);
  expect(refusal(elsewhere, hash)).toBe("sequencer/wrong-holder");
  expect(refusal(holder, hash)).toBe(1);
  // What is kept already is not checked again.
  expect(refusal(elsewhere, hash)).toBe(1);
  await sequencer.seal();
  expect(refusal(holder, hash)).toBe("sequencer/entry-not-written");

  const { holders: _, ...none } = SIZE;
  const without = start(memoryStore(identity), [none]);
  await without.submit(choose(ALICE, [1n, 1n], 0));
  expect(refusal(...sign(without, ALICE), without)).toBe("sequencer/no-holders");
});

it("keeps a signature while the block's other entries change", async () => {
  const store = memoryStore(identity);
  const sequencer = start(store);
  await sequencer.consume([deposit(ALICE, 5n, 0)]);
  await sequencer.submit(choose(ALICE, [1n, 1n], 0));
  sequencer.addHolder(...sign(sequencer, ALICE));
  await sequencer.submit(choose(BOB, [0n, 0n], 0));
  await sequencer.seal();
  expect(hiddenIn(store, 1)).toEqual([1]);
});

it("makes a block that was not sealed before the process died again, and publishes what nobody signs for anew", async () => {
  for (const isSignedAgain of [false, true]) {
    const store = memoryStore(identity);
    // The records of two transactions are written, and no block.
    const dying = start(dyingAfter(store, 2));
    const promised = await dying.submit(choose(ALICE, [1n, 1n], 0));
    await dying.submit(choose(ALICE, [1n, 1n], 1));
    dying.addHolder(...sign(dying, ALICE));
    await expect(dying.seal()).rejects.toThrow();
    expect(store.lastBlockNumber()).toBe(0);

    const sequencer = start(store);
    expect(sequencer.promised(promised.transactionHash)).toMatchObject({ block: 1, time: promised.time });
    if (isSignedAgain) sequencer.addHolder(...sign(sequencer, ALICE));
    await sequencer.seal();
    expect(hiddenIn(store, 1)).toEqual(isSignedAgain ? [1] : []);
  }
});

it("has the same owners in a sealed block after it is started again", async () => {
  const store = memoryStore(identity);
  const first = start(store);
  await first.submit(choose(ALICE, [1n, 1n], 0));
  first.addHolder(...sign(first, ALICE));
  await first.seal();
  await first.close();
  start(store);
  expect(hiddenIn(store, 1)).toEqual([1]);
});
