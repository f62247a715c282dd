import * as z from "zod";
import { withCalls } from "../../rpc/connection.ts";
import { type RpcMethods, rpcMethod } from "../../rpc/dispatch.ts";
import { notKept } from "../../rpc/errors.ts";
import { type BlockSource, headOf, readContents, readHeads, readOpen } from "./readBlocks.ts";

const fromBlock = z.int().min(1).max(0xffff_ffff);

/** Reading a block with all that is in it takes as long as so many ordinary calls, and counts for as many. */
const CALLS_OF_A_BLOCK = 10;
/** The same of a page of heads. */
const CALLS_OF_HEADS = 20;

/** Pages of blocks, for whoever shows or copies a layer's history. */
export const blockMethods = (store: BlockSource): RpcMethods => ({
  /**
   * Blocks with all that is in them, from a block on. `before` is the head of the block before, by which a reader
   * notices that a set-back has replaced what it has. `withOpen` adds the open block to the page that reaches it.
   */
  frond_getBlocks: rpcMethod(
    z.strictObject({ fromBlock, limit: z.int().min(1).max(16).default(16), withOpen: z.boolean().default(false) }),
    ({ fromBlock: from, limit, withOpen }, connection) =>
      withCalls(connection, CALLS_OF_A_BLOCK * (withOpen ? limit + 1 : limit), () => {
        requireKept(store, from);
        const before = store.block(from - 1);
        const blocks = readContents(store, { from, limit });
        const lastBlock = store.lastBlockNumber();
        const reachesOpen = from + blocks.length === lastBlock + 1;
        return {
          before: before === undefined ? null : headOf(before),
          blocks,
          open: withOpen && reachesOpen ? readOpen(store) : null,
          lastBlock,
        };
      }),
  ),

  /** Which blocks there are now, and how far they have come. */
  frond_getBlockHeads: rpcMethod(
    z.strictObject({ fromBlock, limit: z.int().min(1).max(1_000).default(256) }),
    ({ fromBlock: from, limit }, connection) =>
      withCalls(connection, CALLS_OF_HEADS, () => {
        requireKept(store, from);
        return { heads: readHeads(store, { from, limit }), lastBlock: store.lastBlockNumber() };
      }),
  ),
});

/** @throws RpcError not-kept */
function requireKept(store: BlockSource, from: number): void {
  const first = store.firstBlockNumber();
  if (from < first) throw notKept(from, first);
}
