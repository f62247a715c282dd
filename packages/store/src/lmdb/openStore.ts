import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BlockWitness } from "@frond/protocol";
import { NotStoredError, StoreClosedError } from "../errors.ts";
import type {
  BlockEvents,
  BlockRecord,
  BlockStatus,
  LogRecord,
  PendingTransaction,
  Store,
  StoreIdentity,
} from "../types.ts";
import { checkIdentity } from "./checkIdentity.ts";
import { prepareBegin, prepareCommit } from "./commitBlock.ts";
import { committed } from "./committed.ts";
import { bytesToNumber, bytesToValue, fieldToKey, numberToBytes, valueToBytes } from "./encoding.ts";
import { readLastPosition } from "./logPosition.ts";
import { firstBlockNumber, prune } from "./prune.ts";
import { prepareRollback, removePending } from "./rollback.ts";
import { lastKey, openStoreRows, readValue, removeAll, type StoreRows } from "./storeRows.ts";
import { openTable } from "./table.ts";
import { readLeaves, readNodes } from "./treeReaders.ts";

export type OpenStoreOptions = {
  /** The directory; created when missing. Only one process may write to it; threads of that process may share it. */
  readonly path: string;
  readonly identity: StoreIdentity;
};

/**
 * Opens the durable store, and creates it when missing. The promise of a write resolves after the fsync of the write.
 * Writes that are issued in one turn, or during another flush, share one flush.
 * @throws {@link StoreIdentityError} when the directory belongs to another layer, application or tree shape
 * @throws {@link StoreFormatError} when another version of Frond wrote the directory
 */
export function openStore({ path, identity }: OpenStoreOptions): Store {
  mkdirSync(path, { recursive: true });
  const rows = openStoreRows(path);
  const { root } = rows;
  checkIdentity({ path, header: rows.header, identity });
  let lastPosition = readLastPosition(rows);
  let closing: Promise<void> | undefined;

  function checkOpen(): void {
    if (closing !== undefined) throw new StoreClosedError();
  }

  /** Runs `write` as one LMDB transaction, and resolves with its result after the flush. */
  async function atomically<T>(write: () => T): Promise<T> {
    checkOpen();
    return await committed(root.transaction(write));
  }

  return {
    identity,
    nodes: readNodes(rows.nodes),
    leaves: readLeaves(rows.leaves, rows.keys),
    async append(records) {
      checkOpen();
      const added = records.map((record) => [numberToBytes(++lastPosition), valueToBytes(record)] as const);
      const last = lastPosition;
      const write = root.batch(() => {
        for (const [key, value] of added) rows.log.put(key, value);
      });
      await committed(write);
      return last;
    },
    *log() {
      for (const { key, value } of rows.log.getRange({ snapshot: false }))
        yield { position: bytesToNumber(key), record: bytesToValue<LogRecord>(value) };
    },
    begin: (tree) => atomically(prepareBegin(rows, tree)),
    async commitBlock(commit) {
      const error = await atomically(prepareCommit(rows, commit));
      if (error !== undefined) throw error;
    },
    lastBlockNumber: () => lastKey(rows.blocks),
    block: (number) => readValue<BlockRecord>(rows.blocks, numberToBytes(number)),
    witness: (number) => readValue<BlockWitness>(rows.witnesses, numberToBytes(number)),
    *events(from) {
      for (const { value } of rows.events.getRange({ start: numberToBytes(from), snapshot: false }))
        yield bytesToValue<BlockEvents>(value);
    },
    async setBlockStatus(number, status) {
      const isFound = await atomically(() => putBlockStatus(rows, number, status));
      if (!isFound) throw new NotStoredError({ what: "block", key: String(number) });
    },
    async rollback(options) {
      const write = prepareRollback(rows, options);
      const error = await atomically(() => write(lastPosition));
      if (error !== undefined) throw error;
    },
    *pending() {
      for (const { key, value } of rows.pending.getRange({ snapshot: false }))
        yield { position: bytesToNumber(key), transaction: bytesToValue<PendingTransaction>(value) };
    },
    removePending: (done) => atomically(() => removePending(rows, done)),
    prune: (throughEpoch) => atomically(() => prune(rows, throughEpoch)),
    firstBlockNumber: () => firstBlockNumber(rows),
    bytes: () => statSync(join(path, "data.mdb")).size,
    transactionPlace(hash) {
      const bytes = rows.places.get(fieldToKey(hash));
      if (bytes === undefined) return undefined;
      return { block: bytesToNumber(bytes.subarray(0, 8)), position: bytesToNumber(bytes.subarray(8)) };
    },
    cursor(source) {
      const bytes = rows.cursors.get(Buffer.from(source));
      return bytes === undefined ? undefined : bytesToNumber(bytes);
    },
    table: (name) => openTable(rows.tables[name], atomically),
    refresh: () => root.resetReadTxn(),
    close() {
      closing ??= root.flushed.then(() => root.close());
      return closing;
    },
  };
}

/** Part of a transaction. Returns false, and writes nothing, when there is no such block. */
function putBlockStatus(rows: StoreRows, number: number, status: BlockStatus): boolean {
  const key = numberToBytes(number);
  const block = readValue<BlockRecord>(rows.blocks, key);
  if (block === undefined) return false;
  rows.blocks.put(key, valueToBytes({ ...block, status }));
  if (status === "settled") removeAll(rows.undo, { end: numberToBytes(number + 1) });
  return true;
}
