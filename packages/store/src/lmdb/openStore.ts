import { mkdirSync } from "node:fs";
import { bytesToField, fieldToBytes, fieldToHex } from "@frond/foundation";
import type { BlockWitness, LeafStore, NodeStore } from "@frond/protocol";
import { type Database, open, type RootDatabase } from "lmdb";
import { BlockOrderError, BlockSettledError, NotStoredError, ReadOnlyTreeError, StoreClosedError } from "../errors.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type {
  BlockRecord,
  DroppedTransaction,
  LogRecord,
  PendingTransaction,
  Store,
  StoreIdentity,
  TableName,
  TransactionPlace,
} from "../types.ts";
import { checkIdentity } from "./checkIdentity.ts";
import {
  bytesToLeaf,
  bytesToNumber,
  bytesToValue,
  fieldToKey,
  leafToBytes,
  numberToBytes,
  valueToBytes,
} from "./encoding.ts";
import { openTable } from "./table.ts";
import { applyUndo, collectUndo } from "./undo.ts";

export type OpenStoreOptions = {
  /** A directory, made if missing. One process at a time writes it; its threads may share it. */
  readonly path: string;
  readonly identity: StoreIdentity;
};

type Bytes = Database<Uint8Array, Buffer>;

const LAST_POSITION = Buffer.from("lastLogPosition");
const LEVEL_SPAN = 2 ** 30;

/**
 * Opens the durable store, or makes it. A promise of a write resolves when the write is on disk (fsync): writes issued in one turn, or while another is being flushed, share
 * one flush.
 * @throws StoreIdentityError, StoreFormatError
 */
export const openStore = ({ path, identity }: OpenStoreOptions): Store => {
  mkdirSync(path, { recursive: true });
  // Without overlappingSync a commit has been flushed when it is reported.
  const root: RootDatabase = open({ path, maxDbs: 24, overlappingSync: false, noSubdir: false });
  const openBytes = (name: string): Bytes => root.openDB({ name, encoding: "binary", keyEncoding: "binary" }) as Bytes;
  const header = openBytes("header");
  checkIdentity({ path, header, identity });
  const nodeRows = openBytes("nodes");
  const leafRows = openBytes("leaves");
  const keyRows = openBytes("keys");
  const logRows = openBytes("log");
  const blockRows = openBytes("blocks");
  const witnessRows = openBytes("witnesses");
  const placeRows = openBytes("transactions");
  const cursorRows = openBytes("sources");
  const undoRows = openBytes("undo");
  const pendingRows = openBytes("pending");
  const undone = { nodes: nodeRows, leaves: leafRows, keys: keyRows, cursors: cursorRows };
  const tables = new Map<TableName, Bytes>();
  for (const name of ["metadata", "epochs", "proofs", "jobs", "cursors", "dropped", "firstSlots"] as const)
    tables.set(name, openBytes(`table-${name}`));

  let lastPosition = Math.max(lastKey(logRows), bytesToNumber(header.get(LAST_POSITION) ?? numberToBytes(0)));
  let closing: Promise<void> | undefined;
  const checkOpen = (): void => {
    if (closing !== undefined) throw new StoreClosedError();
  };
  /** Runs writes as one LMDB transaction, and resolves when it is on disk. */
  const atomically = async (write: () => void): Promise<void> => {
    checkOpen();
    await root.transaction(write);
  };

  const reasonRows = tables.get("dropped")!;
  const firstSlotRows = tables.get("firstSlots")!;
  const putReasons = (dropped: readonly DroppedTransaction[]): void => {
    for (const drop of dropped) reasonRows.put(Buffer.from(fieldToHex(drop.hash)), valueToBytes(drop));
  };

  return {
    identity,
    nodes: readNodes(nodeRows),
    leaves: readLeaves(leafRows, keyRows),
    async append(records) {
      checkOpen();
      const rows = records.map((record) => [numberToBytes(++lastPosition), valueToBytes(record)] as const);
      const last = lastPosition;
      await root.batch(() => {
        for (const [key, value] of rows) logRows.put(key, value);
      });
      return last;
    },
    *log() {
      for (const { key, value } of logRows.getRange({ snapshot: false }))
        yield { position: bytesToNumber(key), record: bytesToValue<LogRecord>(value) };
    },
    async commitBlock({ block, witness, nodes, leaves, logThrough }) {
      const changes = {
        nodes: nodes.map(({ level, index, value }) => [nodeKey(level, index), fieldToBytes(value)] as const),
        leaves: leaves.map(
          ({ index, leaf }) => [numberToBytes(index), leafToBytes(leaf), fieldToKey(leaf.key)] as const,
        ),
        cursors: block.consumed
          .filter(({ source }) => source !== BUNDLE_SOURCE)
          .map(({ source, position }) => [Buffer.from(source), numberToBytes(position)] as const),
        block: valueToBytes(block),
        witness: valueToBytes(witness),
      };
      let orderError: BlockOrderError | undefined;
      await atomically(() => {
        const expected = lastKey(blockRows) + 1;
        if (block.number !== expected) {
          orderError = new BlockOrderError({ expected, actual: block.number });
          return;
        }
        const number = numberToBytes(block.number);
        const undo = collectUndo(undone, {
          nodes: changes.nodes.map(([key]) => key),
          leaves: changes.leaves.map(([index]) => index),
          cursors: new Map(changes.cursors.map(([key]) => [key.toString(), key])).values(),
        });
        undoRows.put(number, undo);
        for (const [key, value] of changes.nodes) nodeRows.put(key, value);
        for (const [index, value, key] of changes.leaves) {
          leafRows.put(index, value);
          keyRows.put(key, index);
        }
        blockRows.put(number, changes.block);
        witnessRows.put(number, changes.witness);
        block.transactions.forEach((hash, position) => {
          placeRows.put(fieldToKey(hash), Buffer.concat([number, numberToBytes(position)]));
        });
        for (const [source, position] of changes.cursors) cursorRows.put(source, position);
        removeAll(logRows, { end: numberToBytes(logThrough + 1) });
        header.put(LAST_POSITION, numberToBytes(logThrough));
      });
      if (orderError !== undefined) throw orderError;
    },
    lastBlockNumber: () => lastKey(blockRows),
    block: (number) => read<BlockRecord>(blockRows, numberToBytes(number)),
    witness: (number) => read<BlockWitness>(witnessRows, numberToBytes(number)),
    async setBlockStatus(number, status) {
      let found = false;
      await atomically(() => {
        const block = read<BlockRecord>(blockRows, numberToBytes(number));
        found = block !== undefined;
        if (block !== undefined) blockRows.put(numberToBytes(number), valueToBytes({ ...block, status }));
        if (block !== undefined && status === "settled") removeAll(undoRows, { end: numberToBytes(number + 1) });
      });
      if (!found) throw new NotStoredError({ what: "block", key: String(number) });
    },
    async rollback({ through, pending }) {
      const { transactions, dropped, ...numbers } = pending;
      const metadata = tables.get("metadata")!;
      const rows = transactions.map(
        (transaction) => [Buffer.from(fieldToHex(transaction.hash)), valueToBytes(transaction)] as const,
      );
      let settled: BlockSettledError | undefined;
      await atomically(() => {
        const last = lastKey(blockRows);
        const wanted = Array.from({ length: Math.max(0, last - through) }, (_, i) => numberToBytes(last - i));
        const undos = wanted.map((number) => undoRows.get(number));
        const missing = undos.indexOf(undefined);
        if (missing >= 0) {
          settled = new BlockSettledError({ block: last - missing, through });
          return;
        }
        for (const [i, number] of wanted.entries()) {
          applyUndo(undone, undos[i]!);
          for (const hash of read<BlockRecord>(blockRows, number)!.transactions) placeRows.remove(fieldToKey(hash));
          for (const rows of [undoRows, blockRows, witnessRows]) rows.remove(number);
        }
        header.put(LAST_POSITION, numberToBytes(lastPosition));
        removeAll(logRows);
        removeAll(pendingRows);
        for (const [i, [name, value]] of rows.entries()) {
          pendingRows.put(numberToBytes(i), value);
          reasonRows.remove(name);
        }
        putReasons(dropped);
        for (const [name, value] of Object.entries(numbers)) metadata.put(Buffer.from(name), valueToBytes(value));
      });
      if (settled !== undefined) throw settled;
    },
    *pending() {
      for (const { key, value } of pendingRows.getRange({ snapshot: false }))
        yield { position: bytesToNumber(key), transaction: bytesToValue<PendingTransaction>(value) };
    },
    removePending: ({ executed, dropped }) =>
      atomically(() => {
        for (const position of executed) {
          const row = read<PendingTransaction>(pendingRows, numberToBytes(position));
          if (row === undefined) continue;
          firstSlotRows.put(Buffer.from(fieldToHex(row.hash)), valueToBytes(row.slot));
          pendingRows.remove(numberToBytes(position));
        }
        for (const { position } of dropped) pendingRows.remove(numberToBytes(position));
        putReasons(dropped.map(({ reason }) => reason));
      }),
    transactionPlace(hash): TransactionPlace | undefined {
      const bytes = placeRows.get(fieldToKey(hash));
      if (bytes === undefined) return undefined;
      return { block: bytesToNumber(bytes.subarray(0, 8)), position: bytesToNumber(bytes.subarray(8)) };
    },
    cursor(source) {
      const bytes = cursorRows.get(Buffer.from(source));
      return bytes === undefined ? undefined : bytesToNumber(bytes);
    },
    table: (name) => openTable(tables.get(name)!, atomically),
    refresh: () => root.resetReadTxn(),
    close() {
      closing ??= root.flushed.then(() => root.close());
      return closing;
    },
  };
};

const nodeKey = (level: number, index: number): Buffer => numberToBytes(level * LEVEL_SPAN + index);

const read = <T>(rows: Bytes, key: Buffer): T | undefined => {
  const bytes = rows.get(key);
  return bytes === undefined ? undefined : bytesToValue<T>(bytes);
};

const removeAll = (rows: Bytes, range: { end?: Buffer } = {}): void => {
  for (const key of [...rows.getKeys(range)]) rows.remove(key);
};

const lastKey = (rows: Bytes): number => {
  for (const key of rows.getKeys({ reverse: true, limit: 1, snapshot: false })) return bytesToNumber(key);
  return 0;
};

const readNodes = (rows: Bytes): NodeStore => ({
  get(level, index) {
    const bytes = rows.get(nodeKey(level, index));
    return bytes === undefined ? undefined : bytesToField(bytes);
  },
  set() {
    throw new ReadOnlyTreeError();
  },
});

const readLeaves = (rows: Bytes, keys: Bytes): LeafStore => ({
  get(index) {
    const bytes = rows.get(numberToBytes(index));
    return bytes === undefined ? undefined : bytesToLeaf(bytes);
  },
  set() {
    throw new ReadOnlyTreeError();
  },
  indexOf(key) {
    const bytes = keys.get(fieldToKey(key));
    return bytes === undefined ? undefined : bytesToNumber(bytes);
  },
  lowOf(key) {
    const bytes = fieldToKey(key);
    for (const row of keys.getRange({ start: bytes, reverse: true, limit: 2, snapshot: false }))
      if (Buffer.compare(row.key, bytes) < 0) return bytesToNumber(row.value);
    return undefined;
  },
});
