import type { BlockSize } from "@frond/protocol";

/** Few transactions, for each place in a block can hold a step of the world; and few entries, for the world is all there is. */
export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 4, entries: 16, inserts: 4, consumed: 4, produced: 4 },
  { name: "medium", transactions: 12, entries: 24, inserts: 8, consumed: 8, produced: 8 },
];
