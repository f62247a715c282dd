import * as z from "zod";
import { BLOCK_KEYS_DEPTH, MESSAGES_PER_BLOCK } from "./constants.ts";

/** Names of layers and of block sizes. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;
/** Keys that a layer's config has room for. */
const MOST_SIZES = 4 ** BLOCK_KEYS_DEPTH;
/** The most transactions and entries of a block: what the codec of block witnesses reads. */
export const MOST_PLACES = 4_096;

const NAME = "Write a name of lower-case letters, digits and dashes that begins with a letter, at most 31 long.";

/** The capacities of one block circuit (docs/protocol.md 3). An issue's message says what to write. */
export const blockSizeSchema = z
  .strictObject(
    {
      name: z.string(NAME).regex(NAME_PATTERN, NAME),
      /** N: signed transactions. */
      transactions: wholeBetween(1, MOST_PLACES),
      /** W: entries of the witness set, new ones included. */
      entries: wholeBetween(1, MOST_PLACES),
      /** I: places for new keys, the last of the W. No circuit takes a list of none. */
      inserts: wholeBetween(1, MOST_PLACES),
      /** Mc: messages. */
      consumed: wholeBetween(1, MESSAGES_PER_BLOCK),
      /** Mp: messages. */
      produced: wholeBetween(1, MESSAGES_PER_BLOCK),
    },
    "Write { name, transactions, entries, inserts, consumed, produced }: the capacities of a block's circuit.",
  )
  .refine(({ inserts, entries }) => inserts < entries, {
    path: ["inserts"],
    message:
      "Write less than `entries`: new entries take the last of the block's places, and one must be left for an entry that exists.",
  });

/** The capacities of one block circuit. */
export interface BlockSize extends Readonly<z.output<typeof blockSizeSchema>> {}

/** The sizes that a layer's blocks come in. An issue's message says what to write. */
export const blockSizesSchema = z
  .array(blockSizeSchema, "Write a list of block sizes, smallest first.")
  .min(1, "Write at least one size, or leave `sizes` out.")
  .max(MOST_SIZES, `Write at most ${MOST_SIZES}: a layer's config has no room for more keys.`)
  .refine((sizes) => new Set(sizes.map(({ name }) => name)).size === sizes.length, "Give each size its own name.")
  .refine(
    (sizes) => sizes.every((size, i) => i === 0 || size.transactions >= sizes[i - 1]!.transactions),
    "Write the smallest size first: a block takes the first that holds it.",
  );

/** A whole number; the message of its issues says between which. */
export function wholeBetween(minimum: number, maximum: number): z.ZodInt {
  const write = `Write a whole number from ${minimum.toLocaleString("en")} to ${maximum.toLocaleString("en")}.`;
  return z.int(write).min(minimum, write).max(maximum, write);
}
