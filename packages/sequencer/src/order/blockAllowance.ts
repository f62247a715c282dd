import { epochBlocksUsed } from "../errors.ts";
import { MustWait } from "./mustWait.ts";
import type { Opening } from "./types.ts";

/** Blocks of an epoch that transactions do not open: messages of other layers have to be handled in this epoch. */
export const RESERVED_BLOCKS = 8;

/** With so few blocks that these would be all, half of them are reserved. */
const reservedOf = (allowed: number): number => Math.min(RESERVED_BLOCKS, Math.floor(allowed / 2));

/** Whether a transaction may open one more block when the epoch has `blocks` of `allowed`. */
export const mayTransactionOpen = (blocks: number, allowed: number): boolean => blocks < allowed - reservedOf(allowed);

/**
 * Blocks that transactions open at most, if all of them fill so many. Of two blocks in a row, the second was opened
 * because the first had no room for what the second begins with: together they are more than full.
 */
export const blocksFor = (filled: number): number => Math.ceil(2 * filled);

/**
 * No block is opened ahead of the network's time, but for a promised leg. Messages open blocks up to the last one, and
 * so do promised legs of bundles: other layers have executed theirs.
 * @throws MustWait, and SequencerError epoch-blocks-used for a promised leg
 */
export function checkOpening(
  { time, kind, isPromised, touched }: Opening,
  of: {
    readonly blocks: number;
    /** Blocks that the messages which wait need at least: what no block of this epoch consumes is left out of it. */
    readonly forMail: number;
    readonly allowed: number;
    isAhead(time: number): boolean;
  },
): void {
  const { blocks, forMail, allowed, isAhead } = of;
  if (!isPromised && isAhead(time)) throw new MustWait("time", touched);
  if (kind === "transaction" && !isPromised) {
    if (!mayTransactionOpen(blocks + forMail, allowed)) throw new MustWait("blocks", touched);
    return;
  }
  if (blocks < allowed) return;
  if (isPromised) throw epochBlocksUsed(allowed);
  throw new MustWait("blocks", touched);
}

/**
 * How much longer than usual a message waits before it cuts a block: twice as long with every eighth of the epoch's
 * blocks that is used. Otherwise a layer that sends a message now and then would use up the blocks of another one in
 * seconds.
 */
export const messageDelayFactor = (blocks: number, allowed: number): number => 2 ** Math.floor((8 * blocks) / allowed);
