import type { BlockSize } from "@frond/protocol";
import type { Program } from "../ir.ts";

/** The block sizes of every application whose owners hold nothing. */
export const blockSizes: readonly BlockSize[] = [
  { name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 },
  { name: "medium", transactions: 48, entries: 24, inserts: 8, consumed: 16, produced: 16 },
  { name: "large", transactions: 256, entries: 64, inserts: 16, consumed: 32, produced: 32 },
];

/**
 * The block sizes of an application that names none: {@link blockSizes}. Where owners hold their accounts, half of the
 * entries that a block may write can be signed for; the others would be published.
 */
export function defaultSizes({ maps }: Pick<Program, "maps">): readonly BlockSize[] {
  if (!maps.some(({ held }) => held !== undefined)) return blockSizes;
  return blockSizes.map((size) => ({ ...size, holders: size.entries / 2 }));
}
