import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex } from "@frond/foundation";
import { createIndexedTree, signTransaction } from "@frond/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./lmdb/openStore.ts";
import { openTables } from "./lmdb/openTables.ts";
import { memoryStore } from "./memory/memoryStore.ts";
import { memoryTables } from "./memory/memoryTables.ts";
import { createOverlay } from "./overlay.ts";
import { BUNDLE_SOURCE, layerSource } from "./sources.ts";
import { blockCommit, identity, opened } from "./testing.ts";
import type { DroppedTransaction, PendingTransaction, SetBackRecord, Store, Tables } from "./types.ts";

const transactions = [0, 1, 2].map((nonce): PendingTransaction => {
  const unsigned = { layerId: 7n, method: 0, args: [1n], nonce, maxFee: 9n, expiry: 100 };
  return { hash: BigInt(1100 + nonce), transaction: signTransaction(unsigned, 5n), fee: 2n, time: 4 + nonce };
});
const pending: SetBackRecord = {
  session: 2,
  epoch: 3,
  after: 8,
  time: 9,
  transactions,
  dropped: [{ hash: 77n, code: "test/dropped", message: "It was dropped.", session: 2, isLeg: false }],
};

const pendingOf = (store: Store): PendingTransaction[] => [...store.pending()].map(({ transaction }) => transaction);
const rootOf = (store: Store): bigint => createIndexedTree({ entryWidth: 2, ...createOverlay(store) }).stateRoot;

/** The suite runs over every store. */
const engines: Record<string, (path: string) => Store> = {
  memory: () => memoryStore(identity),
  lmdb: (path) => openStore({ path, identity }),
};

for (const [engine, open] of Object.entries(engines)) {
  describe(`the ${engine} store`, () => {
    let path: string;
    let store: Store;
    beforeEach(() => {
      path = mkdtempSync(join(tmpdir(), "frond-store-"));
      store = open(path);
    });
    afterEach(async () => {
      await store.close();
      rmSync(path, { recursive: true });
    });

    it("keeps the log in order, and forgets what a block has taken", async () => {
      const records = [1, 2, 3].map(opened);
      expect(await store.append(records.slice(0, 2))).toBe(2);
      expect(await store.append(records.slice(2))).toBe(3);
      expect([...store.log()].map(({ position, record }) => [position, record])).toEqual(
        records.map((record, i) => [i + 1, record]),
      );
      await store.commitBlock(blockCommit(store, { number: 1, updates: [], logThrough: 2 }));
      expect([...store.log()].map(({ position }) => position)).toEqual([3]);
      expect(await store.append(records.slice(0, 1))).toBe(4);
    });

    it("commits a block: tree, places, cursors, witness", async () => {
      const commit = blockCommit(store, { number: 1, updates: [{ key: 5n, after: [1n, 2n] }], logThrough: 0 });
      await store.commitBlock(commit);
      expect(store.lastBlockNumber()).toBe(1);
      expect(store.block(1)).toEqual(commit.block);
      expect(store.witness(1)).toEqual(commit.witness);
      expect(store.transactionPlace(101n)).toEqual({ block: 1, position: 1 });
      expect(store.transactionPlace(102n)).toBeUndefined();
      expect(store.cursor("l1")).toBe(8);
      expect(store.cursor("l2")).toBeUndefined();
      const tree = createIndexedTree({ entryWidth: 2, ...createOverlay(store) });
      expect(tree.read(5n)).toEqual([1n, 2n]);
      expect(tree.stateRoot).toBe(commit.block.stateRootAfter);
      expect(store.block(2)).toBeUndefined();
    });

    it("keeps the events of blocks, rolls them back and prunes them with their blocks, and remembers set-backs", async () => {
      const sold = (amount: bigint) => ({ name: "sold", fields: { amount }, transaction: 101n });
      const commit = async (number: number, events = [sold(BigInt(number))]) => {
        const block = blockCommit(store, { number, updates: [{ key: 5n, after: [1n, 2n] }], logThrough: 0 });
        await store.commitBlock({ ...block, events });
      };
      const kept = (from = 0) => [...store.events(from)].map(({ block, events }) => [block, events[0]?.fields.amount]);
      for (const number of [1, 2, 3, 4]) await commit(number, number === 2 ? [] : undefined);
      expect(kept()).toEqual([1, 3, 4].map((block) => [block, BigInt(block)]));
      expect([...store.events(4)]).toEqual([{ block: 4, time: 4, epoch: 1, events: [sold(4n)] }]);
      await store.rollback({ through: 2, pending });
      await commit(3, [sold(30n)]);
      expect(kept(2)).toEqual([[3, 30n]]);
      expect(store.table("metadata").get("setBacks")).toEqual([{ session: 2, through: 2 }]);
      await store.rollback({ through: 1, pending: { ...pending, session: 5 } });
      expect(store.table("metadata").get("setBacks")).toEqual([
        { session: 2, through: 2 },
        { session: 5, through: 1 },
      ]);
      await commit(2);
      await store.setBlockStatus(1, "settled");
      await store.prune(9);
      expect(kept()).toEqual([[2, 2n]]);
    });

    it("changes the status of a block, and only of one it has", async () => {
      await store.commitBlock(blockCommit(store, { number: 1, updates: [], logThrough: 0 }));
      await store.setBlockStatus(1, "proven");
      expect(store.block(1)?.status).toBe("proven");
      await expect(store.setBlockStatus(2, "proven")).rejects.toMatchObject({ code: "store/not-stored" });
    });

    it("prunes the oldest settled blocks of epochs, but never the last, and what has not settled", async () => {
      for (const [i, epoch] of [1, 1, 2, 3].entries()) {
        const updates = [{ key: 5n, after: [BigInt(i), 2n] }];
        await store.commitBlock(blockCommit(store, { number: i + 1, updates, logThrough: 0, epoch }));
      }
      const kept = () => [1, 2, 3, 4].filter((number) => store.block(number) && store.witness(number));
      await store.prune(9);
      expect([store.firstBlockNumber(), kept()]).toEqual([1, [1, 2, 3, 4]]);
      for (const number of [1, 2, 3]) await store.setBlockStatus(number, "settled");
      await store.table("firstTimes").put(fieldToHex(100n), 7);
      await store.prune(1);
      expect([store.firstBlockNumber(), kept()]).toEqual([3, [3, 4]]);
      expect([100n, 1_101n, 2_100n].map((hash) => store.transactionPlace(hash)?.block)).toEqual([
        undefined,
        undefined,
        3,
      ]);
      expect(store.table("firstTimes").get(fieldToHex(100n))).toBeUndefined();
      await store.setBlockStatus(4, "settled");
      await store.prune(9);
      expect([store.firstBlockNumber(), store.lastBlockNumber(), kept()]).toEqual([4, 4, [4]]);
      const next = blockCommit(store, { number: 5, updates: [{ key: 6n, after: [1n, 1n] }], logThrough: 0, epoch: 4 });
      await store.commitBlock(next);
      expect(rootOf(store)).toBe(next.block.stateRootAfter);
    });

    it("refuses a block out of order, and keeps nothing of it", async () => {
      const commit = blockCommit(store, { number: 2, updates: [{ key: 5n, after: [1n, 2n] }], logThrough: 9 });
      await store.append([opened(1)]);
      await expect(store.commitBlock(commit)).rejects.toMatchObject({ code: "store/block-order" });
      expect(store.lastBlockNumber()).toBe(0);
      expect(store.leaves.indexOf(5n)).toBeUndefined();
      expect([...store.log()]).toHaveLength(1);
    });

    it("rolls blocks back: tree, places, cursors, log; and keeps what is pending instead", async () => {
      await store.commitBlock(
        blockCommit(store, { number: 1, updates: [{ key: 5n, after: [1n, 2n] }], logThrough: 0 }),
      );
      const before = { root: rootOf(store), block: store.block(1), witness: store.witness(1) };
      const second = [
        { key: 5n, after: [9n, 9n] },
        { key: 6n, after: [3n, 4n] },
      ];
      await store.commitBlock(blockCommit(store, { number: 2, updates: second, logThrough: 0 }));
      await store.commitBlock(
        blockCommit(store, { number: 3, updates: [{ key: 4n, after: [1n, 1n] }], logThrough: 0, source: "layer:2" }),
      );
      await store.append([opened(4)]);
      await store.table("dropped").put(fieldToHex(transactions[0]!.hash), "from a set-back before");
      await store.rollback({ through: 1, pending });
      expect({ root: rootOf(store), block: store.block(1), witness: store.witness(1) }).toEqual(before);
      expect(store.lastBlockNumber()).toBe(1);
      expect([store.block(2), store.witness(3), store.transactionPlace(1100n)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(store.leaves.indexOf(6n)).toBeUndefined();
      expect([store.cursor("l1"), store.cursor("layer:2")]).toEqual([8, undefined]);
      expect([...store.log()]).toEqual([]);
      expect(pendingOf(store)).toEqual(transactions);
      const dropped = store.table<DroppedTransaction>("dropped");
      expect([...dropped.entries()]).toEqual([[fieldToHex(77n), pending.dropped[0]]]);
      const metadata = store.table("metadata");
      expect(["session", "epoch", "time"].map(metadata.get)).toEqual([2, { epoch: 3, after: 8 }, 9]);
      // The log continues at its position, and blocks follow the last remaining block.
      expect(await store.append([opened(2)])).toBe(2);
      await store.commitBlock(blockCommit(store, { number: 2, updates: second, logThrough: 2 }));
      expect(createIndexedTree({ entryWidth: 2, ...createOverlay(store) }).read(6n)).toEqual([3n, 4n]);
    });

    it("removes single pending transactions, stores time or reason, and keeps the order of the rest", async () => {
      await store.rollback({ through: 0, pending });
      const [first, second, third] = transactions.map(({ hash }) => fieldToHex(hash));
      const reason = { ...pending.dropped[0]!, hash: transactions[2]!.hash };
      await store.removePending({ executed: [0, 9], dropped: [{ position: 2, reason }] });
      expect([...store.pending()]).toEqual([{ position: 1, transaction: transactions[1] }]);
      const dropped = store.table<DroppedTransaction>("dropped");
      const firstTimes = store.table<number>("firstTimes");
      expect([first, second, third].map((name) => dropped.get(name!))).toEqual([undefined, undefined, reason]);
      expect([...firstTimes.entries()]).toEqual([[first, 4]]);
      // Positions refer to the list of the latest rollback.
      await store.rollback({ through: 0, pending: { ...pending, transactions: transactions.slice(1) } });
      expect([...store.pending()].map(({ position }) => position)).toEqual([0, 1]);
      expect(dropped.get(third!)).toBeUndefined();
      await store.removePending({ executed: [0, 1], dropped: [] });
      expect([...store.pending()]).toEqual([]);
    });

    it("keeps no cursor for links of bundles", async () => {
      await store.commitBlock(blockCommit(store, { number: 1, updates: [], logThrough: 0, source: BUNDLE_SOURCE }));
      expect(store.cursor(BUNDLE_SOURCE)).toBeUndefined();
    });

    it("does not roll back what has settled, and changes nothing then", async () => {
      for (const number of [1, 2, 3])
        await store.commitBlock(
          blockCommit(store, { number, updates: [{ key: 5n, after: [BigInt(number), 0n] }], logThrough: 0 }),
        );
      await store.setBlockStatus(2, "settled");
      const root = rootOf(store);
      await expect(store.rollback({ through: 1, pending })).rejects.toMatchObject({ code: "store/block-settled" });
      expect([store.lastBlockNumber(), rootOf(store), [...store.pending()]]).toEqual([3, root, []]);
      await store.rollback({ through: 2, pending });
      expect(store.lastBlockNumber()).toBe(2);
      // There is no block to undo; only the log is cleared.
      await store.rollback({ through: 5, pending: { ...pending, transactions: [] } });
      expect([store.lastBlockNumber(), [...store.pending()]]).toEqual([2, []]);
    });

    it("is after any blocks and rollbacks what it is after the blocks that stayed", async () => {
      const step = fc.record({
        back: fc.nat({ max: 3 }),
        keys: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 6 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
          const tried = open(mkdtempSync(join(path, "r-")));
          const kept: { key: bigint; after: bigint[] }[][] = [];
          for (const [i, { back, keys }] of steps.entries()) {
            if (back > 0) {
              kept.length = Math.max(0, kept.length - back);
              await tried.rollback({ through: kept.length, pending });
            }
            kept.push(keys.map((key) => ({ key: BigInt(key) ** 40n, after: [BigInt(i), BigInt(key)] })));
            const number = kept.length;
            await tried.commitBlock(blockCommit(tried, { number, updates: kept.at(-1)!, logThrough: 0 }));
          }
          const model = createIndexedTree({ entryWidth: 2, ...createOverlay(memoryStore(identity)) });
          for (const [i, updates] of kept.entries())
            expect(tried.witness(i + 1)?.witnessSet).toEqual(model.applyWitnessSet(updates));
          expect(rootOf(tried)).toBe(model.stateRoot);
          await tried.close();
        }),
        { numRuns: 15 },
      );
    });

    it("refuses writes of the tree outside a block", () => {
      expect(() => store.nodes.set(0, 0, 1n)).toThrow(/commit/);
      expect(() => store.leaves.set(0, { key: 1n, nextKey: 0n, values: [0n, 0n] })).toThrow(/commit/);
    });

    it("keeps tables of values with bigints, maps and bytes, in the order of keys", async () => {
      const table = store.table<unknown>("proofs");
      const value = { big: 2n ** 250n, bytes: new Uint8Array([1, 2]), map: new Map([[1n, "x"]]) };
      await Promise.all([table.put("b", value), table.put("a", 1), table.put("c", 3)]);
      expect(table.get("b")).toEqual(value);
      expect([...table.entries()].map(([key]) => key)).toEqual(["a", "b", "c"]);
      expect([...table.entries({ start: "b", end: "c" })].map(([key]) => key)).toEqual(["b"]);
      await table.delete("b");
      expect(table.get("b")).toBeUndefined();
      expect(store.table("jobs").get("a")).toBeUndefined();
    });

    it("throws when used after it is closed", async () => {
      await store.close();
      await expect(store.append([opened(1)])).rejects.toMatchObject({
        code: "store/closed",
      });
    });

    it("has the tree that a tree in memory has, for any sequence of blocks", async () => {
      const blocks = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(blocks, async (sequence) => {
          const tried = open(mkdtempSync(join(path, "t-")));
          const model = createIndexedTree({ entryWidth: 2, ...createOverlay(memoryStore(identity)) });
          for (const [i, keys] of sequence.entries()) {
            // The keys are spread over the field, so that their byte order matters.
            const updates = keys.map((key) => ({ key: BigInt(key) ** 40n, after: [BigInt(i), BigInt(key)] }));
            const commit = blockCommit(tried, { number: i + 1, updates, logThrough: 0 });
            await tried.commitBlock(commit);
            expect(commit.witness.witnessSet).toEqual(model.applyWitnessSet(updates));
            expect(createIndexedTree({ entryWidth: 2, ...createOverlay(tried) }).stateRoot).toBe(model.stateRoot);
          }
          await tried.close();
        }),
        { numRuns: 15 },
      );
    });
  });
}

const tableEngines: Record<string, (path: string) => Tables> = {
  memory: memoryTables,
  lmdb: (path) => openTables({ path }),
};

for (const [engine, open] of Object.entries(tableEngines)) {
  it(`keeps tables of no layer (${engine})`, async () => {
    const path = mkdtempSync(join(tmpdir(), "frond-tables-"));
    const tables = open(path);
    await tables.table<bigint>("epochs").put("1", 7n);
    expect(tables.table("epochs").get("1")).toBe(7n);
    expect([...tables.table("links").entries()]).toEqual([]);
    await tables.close();
    await expect(tables.table("epochs").put("1", 8n)).rejects.toMatchObject({ code: "store/closed" });
    if (engine === "lmdb") {
      const again = open(path);
      expect(again.table("epochs").get("1")).toBe(7n);
      await again.close();
    }
    rmSync(path, { recursive: true });
  });
}

it("names a layer's messages after its whole id", () => {
  expect(layerSource(7n)).toBe(`layer:0x${"0".repeat(63)}7`);
});

describe("the lmdb store, opened again", () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "frond-store-"));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  it("has everything, and goes on with the log where it was", async () => {
    const first = openStore({ path, identity });
    await first.append([1, 2].map(opened));
    const commit = blockCommit(first, { number: 1, updates: [{ key: 3n, after: [1n, 1n] }], logThrough: 2 });
    await first.commitBlock(commit);
    await first.table("metadata").put("x", 1n);
    await first.commitBlock(blockCommit(first, { number: 2, updates: [{ key: 4n, after: [1n, 1n] }], logThrough: 2 }));
    await first.rollback({ through: 1, pending });
    await first.close();
    const second = openStore({ path, identity });
    expect(pendingOf(second)).toEqual(transactions);
    expect(second.block(1)).toEqual(commit.block);
    expect([...second.log()]).toEqual([]);
    expect(second.table("metadata").get("x")).toBe(1n);
    expect(await second.append([opened(2)])).toBe(3);
    await second.close();
  });

  it("is refused for another layer, application, version or tree shape", async () => {
    await openStore({ path, identity }).close();
    for (const change of [{ layerId: 8n }, { application: "other" }, { programDigest: "e" }, { entryWidth: 3 }])
      expect(() => openStore({ path, identity: { ...identity, ...change } })).toThrow(/Choose another data directory/);
    await openStore({ path, identity }).close();
  });
});
