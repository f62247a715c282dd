import type { ColumnType, Generated } from "kysely";

/**
 * The tables, the same in both databases. Hashes, addresses, keys and layer ids are 0x and 64 hex digits. Times are
 * milliseconds since 1970. JSON is `jsonb` in PostgreSQL, and text in SQLite.
 */
export type Tables = {
  frond_index: { id: number; version: number; chain_id: string; settlement: string };
  layers: LayerRow;
  blocks: BlockRow;
  transactions: TransactionRow;
  messages: MessageRow;
  events: EventRow;
  entries: EntryRow;
  accounts: AccountRow;
  balances: BalanceRow;
  undone_transactions: UndoneRow;
};

/** JSON goes in as text, and comes out as the database has it. */
type JsonColumn = ColumnType<unknown, string, string>;
/** An integer of up to 128 bits: goes in as `integerToText` writes it. `textToInteger` reads what comes out. */
type IntegerColumn = string;

/** A layer, and the last block of it that is in the other tables: the cursor. */
type LayerRow = {
  layer: string;
  name: string;
  application: string;
  genesis_state_root: string;
  /** The first block that was indexed; 1, unless it was begun later. */
  first_block: number;
  /** One below `first_block` before the first one. */
  last_block: number;
  last_time: number;
  last_state_root: string;
  /** All blocks up to this one have settled, or were before `first_block`. */
  settled_block: number;
};

export type BlockRow = {
  layer: string;
  number: number;
  time: number;
  epoch: number;
  size: string;
  status: string;
  state_root: string;
  sealed_at: number;
  transaction_count: number;
};

export type TransactionRow = {
  layer: string;
  block: number;
  position: number;
  hash: string;
  sender: string;
  /** The name of the method; null if a forced transaction names none. */
  method: string | null;
  args: JsonColumn;
  nonce: number | null;
  fee: IntegerColumn;
  /** The bundle that it is a leg of. */
  bundle: string | null;
  is_forced: number;
  /** Why a forced transaction was invalid, and has changed nothing. */
  problem: string | null;
};

export type MessageRow = {
  layer: string;
  block: number;
  direction: "consumed" | "produced";
  position: number;
  hash: string;
  kind: string;
  from_layer: string;
  to_layer: string;
  time: number;
  asset: number;
  amount: IntegerColumn;
  recipient: string;
  payload: string;
};

export type EventRow = {
  layer: string;
  block: number;
  position: number;
  name: string;
  fields: JsonColumn;
  /** The transaction that emitted it, or else the layer whose message caused it; L1 is 0. */
  transaction_hash: string | null;
  from_layer: string | null;
};

/** The values of an entry since a block, until the next row of its key. Block 0 is what the layer began with. */
export type EntryRow = { layer: string; key: string; block: number; entry_values: JsonColumn };

/** An address that was seen in a block, and the key of its account's entry. */
export type AccountRow = { layer: string; address: string; key: string; block: number };

/** An integer field of an account since a block, until the next row of account and field. */
export type BalanceRow = { layer: string; address: string; field: string; block: number; amount: IntegerColumn };

/** A transaction of a block that a set-back has removed, and that is in no block since. */
type UndoneRow = {
  id: Generated<number>;
  layer: string;
  hash: string;
  sender: string;
  method: string | null;
  args: JsonColumn;
  /** The block that is gone. */
  block: number;
};
