import { mkdirSync } from "node:fs";
import type { BlockWitness } from "@frond/protocol";
import { open, type RootDatabase } from "lmdb";
import { NotStoredError, StoreClosedError } from "../errors.ts";
import type { BlockRecord, Store, StoreIdentity } from "../types.ts";
import { checkIdentity } from "./checkIdentity.ts";
import { commitBlock } from "./commitBlock.ts";
import { bytesToNumber, fieldToKey, numberToBytes, valueToBytes } from "./encoding.ts";
import { createLog } from "./log.ts";
import { createPending } from "./pending.ts";
import { rollback } from "./rollback.ts";
import { type Atomically, lastNumber, openRows, type Rows, readValue, removeAll } from "./rows.ts";
import { openTable } from "./table.ts";
import { readTree } from "./tree.ts";

export type OpenStoreOptions = {
  /** A directory, made if missing. One process at a time writes it; its threads may share it. */
  readonly path: string;
  readonly identity: StoreIdentity;
};

/**
 * Opens the durable store, or makes it. A promise of a write resolves when the write is on disk (fsync): writes issued
 * in one turn, or while another is being flushed, share one flush.
 * @throws StoreIdentityError, StoreFormatError
 */
export const openStore = ({ path, identity }: OpenStoreOptions): Store => {
  mkdirSync(path, { recursive: true });
  // Without overlappingSync a commit has been flushed when it is reported.
  const root: RootDatabase = open({ path, maxDbs: 24, overlappingSync: false, noSubdir: false });
  const rows = openRows(root);
  checkIdentity({ path, header: rows.header, identity });
  let closing: Promise<void> | undefined;
  const checkOpen = (): void => {
    if (closing !== undefined) throw new StoreClosedError();
  };
  const atomically: Atomically = async (write) => {
    checkOpen();
    await root.transaction(write);
  };
  const log = createLog({ root, ...rows }, { checkOpen });
  const writing = { rows, log, atomically };
  return {
    identity,
    ...readTree(rows),
    append: log.append,
    log: log.log,
    commitBlock: (commit) => commitBlock(commit, writing),
    ...readBlocks(rows),
    setBlockStatus: (number, status) => setBlockStatus({ number, status }, writing),
    rollback: (options) => rollback(options, writing),
    ...createPending(rows, atomically),
    table: (name) => openTable(rows.tables.get(name)!, atomically),
    refresh: () => root.resetReadTxn(),
    close() {
      closing ??= root.flushed.then(() => root.close());
      return closing;
    },
  };
};

const readBlocks = (
  rows: Rows,
): Pick<Store, "lastBlockNumber" | "block" | "witness" | "transactionPlace" | "cursor"> => ({
  lastBlockNumber: () => lastNumber(rows.blocks),
  block: (number) => readValue<BlockRecord>(rows.blocks, numberToBytes(number)),
  witness: (number) => readValue<BlockWitness>(rows.witnesses, numberToBytes(number)),
  transactionPlace(hash) {
    const bytes = rows.places.get(fieldToKey(hash));
    if (bytes === undefined) return undefined;
    return { block: bytesToNumber(bytes.subarray(0, 8)), position: bytesToNumber(bytes.subarray(8)) };
  },
  cursor(source) {
    const bytes = rows.cursors.get(Buffer.from(source));
    return bytes === undefined ? undefined : bytesToNumber(bytes);
  },
});

/** A settled block, and those before it, lose what would undo them. @throws NotStoredError */
const setBlockStatus = async (
  { number, status }: { readonly number: number; readonly status: BlockRecord["status"] },
  { rows, atomically }: { readonly rows: Rows; readonly atomically: Atomically },
): Promise<void> => {
  let isFound = false;
  await atomically(() => {
    const block = readValue<BlockRecord>(rows.blocks, numberToBytes(number));
    isFound = block !== undefined;
    if (block === undefined) return;
    rows.blocks.put(numberToBytes(number), valueToBytes({ ...block, status }));
    if (status === "settled") removeAll(rows.undo, { end: numberToBytes(number + 1) });
  });
  if (!isFound) throw new NotStoredError({ what: "block", key: String(number) });
};
