import type { BlockSize } from "@frond/protocol";

/** Few transactions, because each may hold a step of the world; few entries, because the world is the whole state. */
export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 4, entries: 16, inserts: 4, consumed: 4, produced: 4 },
  { name: "medium", transactions: 12, entries: 24, inserts: 8, consumed: 8, produced: 8 },
];
