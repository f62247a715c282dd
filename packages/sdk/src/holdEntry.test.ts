import { type Field, publicKeyOf } from "@frond/foundation";
import { dataRulesOf } from "@frond/language";
import { lockers } from "@frond/language/testing";
import {
  addressOf,
  type BlockSize,
  blockData,
  createLayerConfig,
  entryKey,
  fieldSchema,
  fromJsonValue,
  genesisStateRoot,
  holderSchema,
  layerIdOfConfig,
  readEntryWords,
  transactionFromJson,
  valuesHash,
} from "@frond/protocol";
import { createSequencer } from "@frond/sequencer";
import { memoryStore } from "@frond/store";
import { afterEach, expect, test } from "vitest";
import { createClient } from "./createClient.ts";
import type { HeldEntry } from "./holdEntry.ts";
import { type Served, serveRpc } from "./testing/serveRpc.ts";

const { program } = lockers;
const SIZE: BlockSize = {
  name: "only",
  transactions: 4,
  entries: 12,
  inserts: 6,
  consumed: 2,
  produced: 2,
  holders: 2,
};
const SEQUENCER_SECRET = 5n;
const SECRET = 11n;
const ADDRESS = addressOf(publicKeyOf(SECRET));
const ACCOUNT = entryKey(0, [ADDRESS]);

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
});

/** A layer of lockers with a real sequencer, behind a server that has the methods which a client calls. */
async function startLayer({ sizes = [SIZE] }: { readonly sizes?: readonly BlockSize[] } = {}) {
  const config = createLayerConfig({
    ...{ parentId: 0n, index: 1n, blockKeysRoot: 0n, sequencerKey: publicKeyOf(SEQUENCER_SECRET) },
    genesisStateRoot: genesisStateRoot(program.entryWidth),
  });
  const layerId = layerIdOfConfig(config);
  const store = memoryStore({ layerId, application: "lockers", programDigest: "", entryWidth: program.entryWidth });
  const sequencer = createSequencer(
    { program, layerId, sizes, secret: SEQUENCER_SECRET, blockMilliseconds: 3_600_000 },
    { store },
  );
  const seen = { holds: 0 };
  served = await serveRpc({
    frond_getLayer: () => ({ layerId, config, chainId: "31337", settlement: `0x${"11".repeat(20)}` }),
    frond_application: () => ({ name: "lockers" }),
    frond_status: () => ({ ...sequencer.status(), fee: sequencer.fee() }),
    frond_getAccount: ({ address }: { address: string }) => ({
      nonce: sequencer.nextNonce(BigInt(address)),
      values: sequencer.read(entryKey(0, [BigInt(address)])) ?? null,
    }),
    frond_sendTransaction: ({ transaction }: { transaction: unknown }) =>
      sequencer.submit(transactionFromJson(transaction)),
    frond_hold({ valuesHash, ...holder }: { valuesHash: unknown }) {
      seen.holds++;
      const block = sequencer.addHolder(fromJsonValue(holderSchema, holder), fromJsonValue(fieldSchema, valuesHash));
      return { block };
    },
  });
  const client = await createClient({ url: served.url, application: lockers, secret: SECRET });
  return { store, sequencer, client, seen };
}

/** Whether the block published the account. */
function isPublished(store: ReturnType<typeof memoryStore>, block: number): boolean {
  const { publicWords } = blockData({ ...store.witness(block)!, ...dataRulesOf(program) });
  return readEntryWords(publicWords).every(({ isHidden }) => !isHidden);
}

test("a client stores its entry, then signs, and the block does not publish it", async () => {
  const { store, sequencer, client } = await startLayer();
  await expect(client.hold({ store: () => {} })).rejects.toMatchObject({ code: "sdk/nothing-to-hold" });
  await client.methods.choose({ isPrivate: true, isHeld: true });
  const stored: HeldEntry[] = [];
  const held = await client.hold({ store: (entry) => void stored.push(entry) });
  const values = [1n, 0n, 1n, 1n];
  expect(stored).toEqual([{ layerId: client.layer.layerId, address: ADDRESS, values, valuesHash: valuesHash(values) }]);
  expect(held).toEqual({ ...stored[0], block: 1 });
  await sequencer.seal();
  expect(store.witness(1)?.holders).toHaveLength(1);
  expect(isPublished(store, 1)).toBe(false);
  await expect(client.hold({ store: () => {} })).rejects.toMatchObject({ code: "sequencer/entry-not-written" });
});

test("nothing is signed for what could not be stored", async () => {
  const { store, sequencer, client, seen } = await startLayer();
  await client.methods.choose({ isPrivate: true, isHeld: true });
  const full = new Error("the disk is full");
  const refuse = () => Promise.reject(full);
  await expect(client.hold({ store: refuse })).rejects.toBe(full);
  await expect(client.keepHolding({ store: refuse, signal: new AbortController().signal })).rejects.toBe(full);
  await sequencer.seal();
  expect(seen.holds).toBe(0);
  expect(isPublished(store, 1)).toBe(true);
});

test("a client goes on signing for each change, and stores each once", async () => {
  const { store, sequencer, client, seen } = await startLayer();
  const stored: (readonly Field[])[] = [];
  const ended = new AbortController();
  const keeping = client.keepHolding({
    store: ({ values }) => void stored.push(values),
    signal: ended.signal,
    intervalMilliseconds: 5,
  });
  for (const block of [1, 2, 3]) {
    await client.methods.choose({ isPrivate: true, isHeld: block !== 3 });
    const before = seen.holds;
    if (block !== 3) await expect.poll(() => seen.holds).toBeGreaterThan(before + 1);
    await expect.poll(() => stored.length).toBe(block);
    await sequencer.seal();
    // Who does not hold is left to the committee without a word.
    expect([isPublished(store, block), store.witness(block)?.holders?.length ?? 0]).toEqual([
      false,
      block === 3 ? 0 : 1,
    ]);
  }
  expect(stored).toEqual([
    [1n, 0n, 1n, 1n],
    [2n, 0n, 1n, 1n],
    [3n, 0n, 0n, 1n],
  ]);
  ended.abort();
  await keeping;
  expect(sequencer.read(ACCOUNT)).toEqual(stored.at(-1));
});

test("a client says so if the layer never takes signatures", async () => {
  const { holders: _, ...size } = SIZE;
  const { client } = await startLayer({ sizes: [size] });
  await client.methods.choose({ isPrivate: true, isHeld: true });
  const signal = new AbortController().signal;
  const refusal = { code: "sequencer/no-holders" };
  await expect(client.keepHolding({ store: () => {}, signal })).rejects.toMatchObject(refusal);
  await expect(client.hold({ store: () => {} })).rejects.toMatchObject(refusal);
});

test("a client that holds waits for a node that does not answer", async () => {
  const { client } = await startLayer();
  await served!.close();
  const ended = new AbortController();
  const keeping = client.keepHolding({ store: () => {}, signal: ended.signal, intervalMilliseconds: 1 });
  setTimeout(() => ended.abort(), 50);
  await keeping;
});
