import { fieldToHex } from "@frond/foundation";
import { type BlockHead, RpcError } from "@frond/sdk";
import type { IndexDatabase } from "./database/types.ts";
import { BlocksMissingError, OtherLayerError } from "./errors.ts";
import type { LayerSource } from "./source/openSource.ts";
import { type Cursor, isAt, moveCursor, readCursor } from "./write/cursor.ts";
import { chunks } from "./write/insertRows.ts";
import { undoBlocks } from "./write/undoBlocks.ts";
import { writePage } from "./write/writePage.ts";

/** Heads that are compared at once. */
const HEADS = 256;

/** What a step has done. */
export type Step = {
  /** The last block that the database has. */
  readonly block: number;
  /** The last block of the node. */
  readonly lastBlock: number;
  /** Rows that were written. */
  readonly rows: number;
  /** Blocks that a set-back has replaced, and that were removed. */
  readonly undone: number;
  /** Nothing more is known now. */
  readonly isCurrent: boolean;
};

/**
 * Brings the database one step nearer to the node: writes a page of blocks, or removes the blocks that the node has
 * replaced, or notes which blocks have settled. Each write is one transaction, with the cursor in it.
 * @throws BlocksMissingError, OtherLayerError, OtherWriterError, and what the database and the node refuse with
 */
export async function catchUp(database: IndexDatabase, source: LayerSource): Promise<Step> {
  const { layer, reader, pageBlocks } = source;
  const cursor = await readCursor(database, layer);
  const page = await reader.blocks({ fromBlock: cursor.block + 1, limit: pageBlocks }).catch((error) => {
    throw missingOr(error, layer, cursor.block + 1);
  });
  const { blocks: contents, lastBlock } = page;
  if (isReplaced(cursor, page)) {
    const to = await lastInCommon(database, source, cursor);
    await undoBlocks(database, { layer, from: cursor, to });
    return { block: to.block, lastBlock, rows: 0, undone: cursor.block - to.block, isCurrent: false };
  }
  if (contents.length > 0) {
    const declaration = source.declaration();
    const written = await writePage(database, { layer, declaration, cursor, contents });
    return { block: written.cursor.block, lastBlock, rows: written.rows, undone: 0, isCurrent: false };
  }
  await writeStatuses(database, source, cursor);
  return { block: cursor.block, lastBlock, rows: 0, undone: 0, isCurrent: true };
}

type BlocksPage = Awaited<ReturnType<LayerSource["reader"]["blocks"]>>;

/** Whether the node's block under the cursor is another one than the database has. */
function isReplaced(cursor: Cursor, { before, blocks: [next], lastBlock }: BlocksPage): boolean {
  // Of what was before the first block that is indexed nothing is known.
  if (cursor.stateRoot === "") return false;
  if (lastBlock < cursor.block) return true;
  if (before !== null) return !isAt(cursor, before);
  return next !== undefined && fieldToHex(next.stateRootBefore) !== cursor.stateRoot;
}

/**
 * The last block that the database and the node both have, which is no earlier than the last one that has settled.
 * @throws OtherLayerError if not even that is the node's
 */
async function lastInCommon(database: IndexDatabase, source: LayerSource, cursor: Cursor): Promise<Cursor> {
  const { layer, reader, info } = source;
  const { settled } = cursor;
  for (let end = cursor.block; end > settled; end -= HEADS) {
    const fromBlock = Math.max(settled + 1, end - HEADS + 1);
    const { heads } = await reader.heads({ fromBlock, limit: HEADS }).catch((error) => {
      throw missingOr(error, layer, fromBlock);
    });
    const kept = await blocksBetween(database, { layer, from: fromBlock, through: end });
    const common = heads.findLast((head) => kept.some((block) => isAt(block, head)));
    if (common !== undefined) return { ...kept.find((block) => isAt(block, common))!, settled };
  }
  const [last] = await blocksBetween(database, { layer, from: settled, through: settled });
  if (last === undefined)
    return { block: settled, time: 0, stateRoot: fieldToHex(info.config.genesisStateRoot), settled };
  const { heads } = await reader.heads({ fromBlock: settled, limit: 1 }).catch(() => ({ heads: [] }));
  if (heads[0] === undefined || !isAt(last, heads[0]))
    throw new OtherLayerError(layer, `it does not have block ${settled}, which has settled`);
  return { ...last, settled };
}

async function blocksBetween(
  { db }: IndexDatabase,
  { layer, from, through }: { readonly layer: string; readonly from: number; readonly through: number },
): Promise<(Omit<Cursor, "settled"> & { readonly status: string })[]> {
  const query = db.selectFrom("blocks").select(["number", "time", "state_root", "status"]).where("layer", "=", layer);
  const rows = await query.where("number", ">=", from).where("number", "<=", through).orderBy("number").execute();
  return rows.map(({ number, time, state_root, status }) => ({ block: number, time, stateRoot: state_root, status }));
}

/** Notes how far the blocks have come that had not settled yet. */
async function writeStatuses(database: IndexDatabase, source: LayerSource, cursor: Cursor): Promise<void> {
  const { layer } = source;
  let at = cursor;
  for (let next = at.settled + 1; next <= cursor.block; ) {
    const { heads, first } = await headsFrom(source, next);
    const through = Math.min(cursor.block, first + HEADS - 1);
    const kept = await blocksBetween(database, { layer, from: next, through });
    // What a node prunes has settled.
    const pruned = kept.filter(({ block }) => block < first).map(({ block }) => ({ block, status: "settled" }));
    const known = new Map(kept.map((block) => [block.block, block]));
    const seen = heads.flatMap((head) => {
      const block = known.get(head.number);
      // A block that is another one by now is removed with the next step.
      return block !== undefined && isAt(block, head) ? [{ block: head.number, status: head.status }] : [];
    });
    at = await storeStatuses(database, { layer, cursor: at, kept: known, statuses: [...pruned, ...seen] });
    next = through + 1;
  }
}

/** Heads from a block on, or from the first one on that is kept. */
async function headsFrom(
  { reader }: LayerSource,
  fromBlock: number,
): Promise<{ readonly heads: readonly BlockHead[]; readonly first: number }> {
  try {
    return { ...(await reader.heads({ fromBlock, limit: HEADS })), first: fromBlock };
  } catch (error) {
    const first = firstKept(error);
    if (first === undefined) throw error;
    return { ...(await reader.heads({ fromBlock: first, limit: HEADS })), first };
  }
}

type Status = { readonly block: number; readonly status: string };

async function storeStatuses(
  { db, address }: IndexDatabase,
  {
    layer,
    cursor,
    kept,
    statuses,
  }: {
    readonly layer: string;
    readonly cursor: Cursor;
    readonly kept: ReadonlyMap<number, { readonly status: string }>;
    readonly statuses: readonly Status[];
  },
): Promise<Cursor> {
  const changed = statuses.filter(({ block, status }) => kept.get(block)?.status !== status);
  let { settled } = cursor;
  for (const { block, status } of statuses) if (status === "settled" && block === settled + 1) settled = block;
  const to = { ...cursor, settled };
  if (changed.length === 0 && settled === cursor.settled) return cursor;
  await db.transaction().execute(async (transaction) => {
    await moveCursor(transaction, { layer, address, from: cursor, to });
    for (const status of new Set(changed.map((one) => one.status))) {
      const numbers = changed.filter((one) => one.status === status).map(({ block }) => block);
      for (const part of chunks(numbers))
        await transaction
          .updateTable("blocks")
          .set({ status })
          .where("layer", "=", layer)
          .where("number", "in", part)
          .execute();
    }
  });
  return to;
}

/** The first block that a node keeps, if it refuses one before that. */
function firstKept(error: unknown): number | undefined {
  if (!(error instanceof RpcError) || error.code !== "rpc/not-kept") return undefined;
  return typeof error.data.first === "number" ? error.data.first : undefined;
}

/** The error to throw for blocks that the node refuses to give. */
function missingOr(error: unknown, layer: string, next: number): unknown {
  const first = firstKept(error);
  return first === undefined ? error : new BlocksMissingError(layer, { next, first });
}
