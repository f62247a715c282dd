import { fieldToHex } from "@frond/foundation";
import { StoreClosedError } from "../errors.ts";
import { setBackMetadata } from "../setBackMetadata.ts";
import type {
  DroppedTransaction,
  LogRecord,
  PendingTransaction,
  SetBackPlace,
  Store,
  StoreIdentity,
} from "../types.ts";
import { memoryBlocks } from "./memoryBlocks.ts";
import { memoryTables } from "./memoryTables.ts";
import { memoryTree } from "./memoryTree.ts";

/** A store in memory, for tests and experiments. Behaves like the durable store, and copies values as it does. */
export function memoryStore(identity: StoreIdentity): Store {
  const tree = memoryTree();
  const blocks = memoryBlocks(tree);
  const tables = memoryTables();
  const log = new Map<number, LogRecord>();
  let pending = new Map<number, PendingTransaction>();
  let lastPosition = 0;
  let isClosed = false;

  function checkOpen(): void {
    if (isClosed) throw new StoreClosedError();
  }

  const reasons = tables.table<DroppedTransaction>("dropped");
  const firstTimes = tables.table<number>("firstTimes");
  function putReasons(dropped: readonly DroppedTransaction[]): void {
    for (const drop of dropped) reasons.put(fieldToHex(drop.hash), drop);
  }

  return {
    identity,
    nodes: tree.nodes,
    leaves: tree.leaves,
    async append(records) {
      checkOpen();
      for (const record of records) log.set(++lastPosition, structuredClone(record));
      return lastPosition;
    },
    *log() {
      for (const [position, record] of [...log]) yield { position, record };
    },
    begin: async (changes) => void tree.change(changes),
    async commitBlock({ logThrough, ...commit }) {
      checkOpen();
      blocks.add(commit);
      for (const position of log.keys()) if (position <= logThrough) log.delete(position);
    },
    lastBlockNumber: blocks.last,
    block: blocks.block,
    witness: blocks.witness,
    events: blocks.events,
    async setBlockStatus(number, status) {
      checkOpen();
      blocks.setStatus(number, status);
    },
    async rollback({ through, pending: record }) {
      const { transactions, dropped } = record;
      checkOpen();
      blocks.undoAbove(through);
      log.clear();
      pending = new Map(structuredClone([...transactions]).entries());
      for (const { hash } of transactions) reasons.delete(fieldToHex(hash));
      putReasons(dropped);
      const before = tables.table<readonly SetBackPlace[]>("metadata").get("setBacks");
      for (const [name, value] of setBackMetadata(record, through, before)) tables.table("metadata").put(name, value);
    },
    *pending() {
      for (const [position, transaction] of [...pending]) yield { position, transaction: structuredClone(transaction) };
    },
    async removePending({ executed, dropped }) {
      checkOpen();
      for (const position of executed) {
        const row = pending.get(position);
        if (row !== undefined) firstTimes.put(fieldToHex(row.hash), row.time);
      }
      for (const position of [...executed, ...dropped.map((drop) => drop.position)]) pending.delete(position);
      putReasons(dropped.map(({ reason }) => reason));
    },
    async prune(throughEpoch) {
      checkOpen();
      for (const hash of blocks.prune(throughEpoch)) await firstTimes.delete(fieldToHex(hash));
    },
    firstBlockNumber: blocks.first,
    bytes: () => 0,
    transactionPlace: blocks.place,
    cursor: blocks.cursor,
    table: (name) => tables.table(name),
    refresh() {},
    async close() {
      isClosed = true;
      await tables.close();
    },
  };
}
