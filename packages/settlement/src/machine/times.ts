/*
 * A time is a logical clock: a layer that receives a message uses a time above the message's time. The coordinator
 * refuses messages whose time runs ahead of its clock, so that no stranger can use up a receiver's times. 32 times a
 * second last for four years.
 */

const TIMES_PER_SECOND = 32;
/** What a network may use before its clock counts. */
const HEAD_START = 2 ** 16;
/**
 * The times that blocks may have beyond the times of messages: a layer that a message pushed to the limit still has
 * times of its own.
 */
const RESERVE = 2 ** 16;
const LAST_TIME = 2 ** 32 - 1;

/** The highest time that a message may have, `milliseconds` after the network began. */
export function highestMessageTime(milliseconds: number): number {
  const passed = Math.floor((Math.max(0, milliseconds) / 1_000) * TIMES_PER_SECOND);
  return Math.min(HEAD_START + passed, LAST_TIME - 2 * RESERVE);
}

/** The highest time that a block may have. */
export function highestBlockTime(milliseconds: number): number {
  return highestMessageTime(milliseconds) + RESERVE;
}
