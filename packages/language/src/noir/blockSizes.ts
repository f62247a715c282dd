import type { BlockSize } from "@frond/protocol";

/** The block sizes of every application. */
export const blockSizes: readonly BlockSize[] = [
  { name: "small", transactions: 16, entries: 16, inserts: 8, consumed: 8, produced: 8 },
  { name: "medium", transactions: 48, entries: 24, inserts: 8, consumed: 16, produced: 16 },
  { name: "large", transactions: 256, entries: 64, inserts: 16, consumed: 32, produced: 32 },
];
