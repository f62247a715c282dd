import { type Field, fieldToHex } from "@frond/foundation";
import type { BlockWitness } from "@frond/protocol";
import { BlockOrderError, BlockSettledError, NotStoredError, StoreClosedError } from "../errors.ts";
import { BUNDLE_SOURCE } from "../sources.ts";
import type {
  BlockRecord,
  DroppedTransaction,
  LogRecord,
  PendingTransaction,
  Store,
  StoreIdentity,
  TransactionPlace,
} from "../types.ts";
import { memoryTables } from "./memoryTables.ts";
import { memoryTree } from "./memoryTree.ts";

/** A store that forgets everything when the process ends: for tests and experiments. Behaves as the durable one does, copies included. */
export const memoryStore = (identity: StoreIdentity): Store => {
  const tree = memoryTree();
  const tables = memoryTables();
  const log = new Map<number, LogRecord>();
  const blocks: BlockRecord[] = [];
  const witnesses: BlockWitness[] = [];
  /** Of the block with this number; what has settled has none. */
  const undo = new Map<number, () => void>();
  const places = new Map<Field, TransactionPlace>();
  const cursors = new Map<string, number>();
  let pending = new Map<number, PendingTransaction>();
  let lastPosition = 0;
  let closed = false;
  const checkOpen = (): void => {
    if (closed) throw new StoreClosedError();
  };
  const putCursor = (source: string, position: number | undefined): void => {
    if (position === undefined) cursors.delete(source);
    else cursors.set(source, position);
  };

  const reasons = tables.table<DroppedTransaction>("dropped");
  const firstSlots = tables.table<number>("firstSlots");
  const putReasons = (dropped: readonly DroppedTransaction[]): void => {
    for (const drop of dropped) reasons.put(fieldToHex(drop.hash), drop);
  };

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
    async commitBlock({ block, witness, nodes, leaves, logThrough }) {
      checkOpen();
      if (block.number !== blocks.length + 1)
        throw new BlockOrderError({ expected: blocks.length + 1, actual: block.number });
      const ordered = block.consumed.filter(({ source }) => source !== BUNDLE_SOURCE);
      const oldCursors = new Map(ordered.map(({ source }) => [source, cursors.get(source)]));
      const undoTree = tree.change({ nodes, leaves });
      undo.set(block.number, () => {
        undoTree();
        for (const [source, position] of oldCursors) putCursor(source, position);
      });
      blocks.push(structuredClone(block));
      witnesses.push(structuredClone(witness));
      block.transactions.forEach((hash, position) => void places.set(hash, { block: block.number, position }));
      for (const { source, position } of ordered) cursors.set(source, position);
      for (const position of log.keys()) if (position <= logThrough) log.delete(position);
    },
    lastBlockNumber: () => blocks.length,
    block: (number) => blocks[number - 1],
    witness: (number) => witnesses[number - 1],
    async setBlockStatus(number, status) {
      checkOpen();
      const block = blocks[number - 1];
      if (block === undefined) throw new NotStoredError({ what: "block", key: String(number) });
      blocks[number - 1] = { ...block, status };
      if (status === "settled") for (const other of undo.keys()) if (other <= number) undo.delete(other);
    },
    async rollback({ through, pending: { transactions, dropped, ...numbers } }) {
      checkOpen();
      for (let number = blocks.length; number > through; number--)
        if (!undo.has(number)) throw new BlockSettledError({ block: number, through });
      for (let number = blocks.length; number > through; number--) {
        undo.get(number)!();
        undo.delete(number);
        for (const hash of blocks.pop()!.transactions) places.delete(hash);
        witnesses.pop();
      }
      log.clear();
      pending = new Map(structuredClone([...transactions]).entries());
      for (const { hash } of transactions) reasons.delete(fieldToHex(hash));
      putReasons(dropped);
      for (const [name, value] of Object.entries(numbers)) tables.table<number>("metadata").put(name, value);
    },
    *pending() {
      for (const [position, transaction] of [...pending]) yield { position, transaction: structuredClone(transaction) };
    },
    async removePending({ executed, dropped }) {
      checkOpen();
      for (const position of executed) {
        const row = pending.get(position);
        if (row !== undefined) firstSlots.put(fieldToHex(row.hash), row.slot);
      }
      for (const position of [...executed, ...dropped.map((drop) => drop.position)]) pending.delete(position);
      putReasons(dropped.map(({ reason }) => reason));
    },
    transactionPlace: (hash) => places.get(hash),
    cursor: (source) => cursors.get(source),
    table: (name) => tables.table(name),
    refresh() {},
    async close() {
      closed = true;
      await tables.close();
    },
  };
};
