import type { Field } from "@frond/foundation";
import { type BlockWitness, memoryTreeStores } from "@frond/protocol";
import { BlockOrderError, NotStoredError, ReadOnlyTreeError, StoreClosedError } from "../errors.ts";
import type { BlockRecord, LogRecord, Store, StoreIdentity, Table, TransactionPlace } from "../types.ts";

/** A store that forgets everything when the process ends: for tests and experiments. Behaves as the durable one does, copies included. */
export const memoryStore = (identity: StoreIdentity): Store => {
  const tree = memoryTreeStores();
  const log = new Map<number, LogRecord>();
  const blocks: BlockRecord[] = [];
  const witnesses: BlockWitness[] = [];
  const places = new Map<Field, TransactionPlace>();
  const cursors = new Map<string, number>();
  const tables = new Map<string, Map<string, unknown>>();
  let lastPosition = 0;
  let closed = false;
  const checkOpen = (): void => {
    if (closed) throw new StoreClosedError();
  };

  return {
    identity,
    nodes: { ...tree.nodes, set: readOnly },
    leaves: { ...tree.leaves, set: readOnly },
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
      for (const { level, index, value } of nodes) tree.nodes.set(level, index, value);
      for (const { index, leaf } of leaves) tree.leaves.set(index, structuredClone(leaf));
      blocks.push(structuredClone(block));
      witnesses.push(structuredClone(witness));
      block.transactions.forEach((hash, position) => void places.set(hash, { block: block.number, position }));
      for (const { source, position } of block.consumed) cursors.set(source, position);
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
    },
    transactionPlace: (hash) => places.get(hash),
    cursor: (source) => cursors.get(source),
    table<T>(name: string): Table<T> {
      const rows = tables.get(name) ?? new Map<string, unknown>();
      tables.set(name, rows);
      return {
        get: (key) => structuredClone(rows.get(key) as T | undefined),
        async put(key, value) {
          checkOpen();
          rows.set(key, structuredClone(value));
        },
        async delete(key) {
          checkOpen();
          rows.delete(key);
        },
        *entries({ start, end } = {}) {
          const keys = [...rows.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
          for (const key of keys)
            if ((start === undefined || key >= start) && (end === undefined || key < end))
              yield [key, structuredClone(rows.get(key) as T)];
        },
      };
    },
    refresh() {},
    async close() {
      closed = true;
    },
  };
};

const readOnly = (): never => {
  throw new ReadOnlyTreeError();
};
