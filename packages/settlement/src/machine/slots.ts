/*
 * A slot is a logical clock: a layer that receives a message uses a slot above the message's slot. The coordinator
 * refuses messages whose slot runs ahead of its clock, so that no stranger can use up a receiver's slots. 32 slots a
 * second last for four years.
 */

const SLOTS_PER_SECOND = 32;
/** What a network may use before its clock counts. */
const HEAD_START = 2 ** 16;
/**
 * The slots that blocks may have beyond the slots of messages: a layer that a message pushed to the limit still has
 * slots of its own.
 */
const RESERVE = 2 ** 16;
const LAST_SLOT = 2 ** 32 - 1;

/** The highest slot that a message may have, `milliseconds` after the network began. */
export function highestMessageSlot(milliseconds: number): number {
  const passed = Math.floor((Math.max(0, milliseconds) / 1_000) * SLOTS_PER_SECOND);
  return Math.min(HEAD_START + passed, LAST_SLOT - 2 * RESERVE);
}

/** The highest slot that a block may have. */
export function highestBlockSlot(milliseconds: number): number {
  return highestMessageSlot(milliseconds) + RESERVE;
}
