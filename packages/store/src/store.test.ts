import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIndexedTree, genesisStateRoot, type Message } from "@frond/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./lmdb/openStore.ts";
import { memoryStore } from "./memory/memoryStore.ts";
import { createOverlay } from "./overlay.ts";
import type { BlockCommit, LogRecord, Store, StoreIdentity } from "./types.ts";

const identity: StoreIdentity = { layerId: 7n, application: "test", programDigest: "d", entryWidth: 2 };
const message: Message = { from: 0n, to: 7n, slot: 0, kind: 1, asset: 1, amount: 5n, recipient: 9n, payload: 3n };

/** Every store must pass this suite. */
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
      const records = [1, 2, 3].map((block): LogRecord => ({ kind: "open", block, slot: block, epoch: 1 }));
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

    it("changes the status of a block, and only of one it has", async () => {
      await store.commitBlock(blockCommit(store, { number: 1, updates: [], logThrough: 0 }));
      await store.setBlockStatus(1, "proven");
      expect(store.block(1)?.status).toBe("proven");
      await expect(store.setBlockStatus(2, "proven")).rejects.toMatchObject({ code: "store/not-stored" });
    });

    it("refuses a block out of order, and keeps nothing of it", async () => {
      const commit = blockCommit(store, { number: 2, updates: [{ key: 5n, after: [1n, 2n] }], logThrough: 9 });
      await store.append([{ kind: "open", block: 1, slot: 1, epoch: 1 }]);
      await expect(store.commitBlock(commit)).rejects.toMatchObject({ code: "store/block-order" });
      expect(store.lastBlockNumber()).toBe(0);
      expect(store.leaves.indexOf(5n)).toBeUndefined();
      expect([...store.log()]).toHaveLength(1);
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
      await expect(store.append([{ kind: "open", block: 1, slot: 1, epoch: 1 }])).rejects.toMatchObject({
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
            // Spread over the field, so that the order of bytes matters.
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

describe("the lmdb store, opened again", () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "frond-store-"));
  });
  afterEach(() => rmSync(path, { recursive: true }));

  it("has everything, and goes on with the log where it was", async () => {
    const first = openStore({ path, identity });
    await first.append([1, 2].map((block) => ({ kind: "open", block, slot: block, epoch: 1 })));
    const commit = blockCommit(first, { number: 1, updates: [{ key: 3n, after: [1n, 1n] }], logThrough: 2 });
    await first.commitBlock(commit);
    await first.table("metadata").put("x", 1n);
    await first.close();
    const second = openStore({ path, identity });
    expect(second.block(1)).toEqual(commit.block);
    expect([...second.log()]).toEqual([]);
    expect(second.table("metadata").get("x")).toBe(1n);
    expect(await second.append([{ kind: "open", block: 2, slot: 2, epoch: 1 }])).toBe(3);
    await second.close();
  });

  it("is refused for another layer, application, version or tree shape", async () => {
    await openStore({ path, identity }).close();
    for (const change of [{ layerId: 8n }, { application: "other" }, { programDigest: "e" }, { entryWidth: 3 }])
      expect(() => openStore({ path, identity: { ...identity, ...change } })).toThrow(/Choose another data directory/);
    await openStore({ path, identity }).close();
  });
});

/** A block that applies `updates`, with two transactions and one deposit. */
function blockCommit(
  store: Store,
  { number, updates, logThrough }: { number: number; updates: { key: bigint; after: bigint[] }[]; logThrough: number },
): BlockCommit {
  const overlay = createOverlay(store);
  const tree = createIndexedTree({ entryWidth: 2, ...overlay });
  const witnessSet = tree.applyWitnessSet(updates);
  return {
    block: {
      number,
      slot: number,
      epoch: 1,
      size: "small",
      status: "sealed",
      transactions: [100n, 101n].map((hash) => hash + BigInt(number - 1) * 1000n),
      consumed: [{ message, source: "l1", position: 7 + number }],
      produced: [],
      stateRootBefore: number === 1 ? genesisStateRoot(2) : witnessSet.stateRootBefore,
      stateRootAfter: witnessSet.stateRootAfter,
      messagesHash: 0n,
      dataHash: 0n,
      entries: witnessSet.entries.length,
      inserts: witnessSet.inserts.length,
      sealedAt: 1,
    },
    witness: {
      size: "small",
      layerId: 7n,
      slot: number,
      epoch: 1,
      witnessSet,
      consumed: [message],
      produced: [],
      transactions: [],
    },
    ...overlay.changes(),
    logThrough,
  };
}
