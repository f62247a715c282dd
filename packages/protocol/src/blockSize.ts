import * as z from "zod";
import { BLOCK_KEYS_DEPTH, MESSAGES_PER_BLOCK } from "./constants.ts";

/** Names of layers and of block sizes. */
export const NAME_PATTERN = /^[a-z][a-z0-9-]{0,30}$/;
/** Keys that a layer's config has room for. */
const MOST_SIZES = 4 ** BLOCK_KEYS_DEPTH;
/** The most transactions and entries of a block: what the codec of block witnesses reads. */
export const MOST_PLACES = 4_096;

/** Name of the size that is derived for forced transactions. */
export const FORCED_NAME = "forced";

const NAME = "Write a name of lower-case letters, digits and dashes that begins with a letter, at most 31 long.";

/**
 * The capacities of one block circuit (docs/protocol.md 3). A circuit with places for forced transactions has no
 * others: neither for ordinary transactions nor for messages. An issue's message says what to write.
 */
export const blockSizeSchema = z
  .strictObject(
    {
      name: z.string(NAME).regex(NAME_PATTERN, NAME),
      /** N: signed transactions. */
      transactions: wholeBetween(0, MOST_PLACES),
      /** F: forced transactions, with the messages that demand them. None if it is left out. */
      forced: wholeBetween(0, MESSAGES_PER_BLOCK).optional(),
      /** W: entries of the witness set, new ones included. */
      entries: wholeBetween(1, MOST_PLACES),
      /** I: places for new keys, the last of the W. No circuit takes a list of none. */
      inserts: wholeBetween(1, MOST_PLACES),
      /** Mc: messages, without those that demand forced transactions. */
      consumed: wholeBetween(0, MESSAGES_PER_BLOCK),
      /** Mp: messages. */
      produced: wholeBetween(1, MESSAGES_PER_BLOCK),
      /** Signatures of owners who hold their entries, for applications with `held`. None if it is left out. */
      holders: wholeBetween(0, MOST_PLACES).optional(),
    },
    "Write { name, transactions, entries, inserts, consumed, produced }: the capacities of a block's circuit.",
  )
  .refine(({ inserts, entries }) => inserts < entries, {
    path: ["inserts"],
    message:
      "Write less than `entries`: new entries take the last of the block's places, and one must be left for an entry that exists.",
  })
  .refine(({ forced = 0, transactions, consumed }) => forced > 0 || (transactions > 0 && consumed > 0), {
    path: ["transactions"],
    message:
      "Write at least 1 for `transactions` and for `consumed`: a block takes both, unless it has `forced` places.",
  })
  .refine(({ forced = 0, transactions, consumed }) => forced === 0 || (transactions === 0 && consumed === 0), {
    path: ["forced"],
    message: "Write 0 for `transactions` and for `consumed`: a block with forced transactions takes nothing else.",
  });

/** The capacities of one block circuit. */
export interface BlockSize extends Readonly<z.output<typeof blockSizeSchema>> {}

/** Whether the blocks of a size are for forced transactions, and for nothing else. */
export function isForcedSize({ forced = 0 }: Pick<BlockSize, "forced">): boolean {
  return forced > 0;
}

/** The sizes that a layer's blocks come in. An issue's message says what to write. */
export const blockSizesSchema = z
  .array(blockSizeSchema, "Write a list of block sizes, smallest first.")
  .min(1, "Write at least one size, or leave `sizes` out.")
  .max(MOST_SIZES, `Write at most ${MOST_SIZES}: a layer's config has no room for more keys.`)
  .refine((sizes) => new Set(sizes.map(({ name }) => name)).size === sizes.length, "Give each size its own name.")
  .refine(
    (sizes) => sizes.every((size, i) => i === 0 || isSorted(sizes[i - 1]!, size)),
    "Write the smallest size first, and those with `forced` places last: a block takes the first that holds it.",
  )
  .refine((sizes) => !isForcedSize(sizes[0] ?? {}), "Write a size without `forced` places as well.")
  .refine(
    (sizes) => sizes.every((size) => size.name !== FORCED_NAME || isForcedSize(size)),
    `Give another name than "${FORCED_NAME}" to a size without \`forced\` places: every layer has one of that name.`,
  );

function isSorted(before: BlockSize, size: BlockSize): boolean {
  if (isForcedSize(size)) return !isForcedSize(before) || size.forced! >= before.forced!;
  return !isForcedSize(before) && size.transactions >= before.transactions;
}

/** A whole number; the message of its issues says between which. */
export function wholeBetween(minimum: number, maximum: number): z.ZodInt {
  const write = `Write a whole number from ${minimum.toLocaleString("en")} to ${maximum.toLocaleString("en")}.`;
  return z.int(write).min(minimum, write).max(maximum, write);
}
