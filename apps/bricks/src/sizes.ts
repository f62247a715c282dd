import type { BlockSize } from "@frond/protocol";

/** Few transactions and many entries: a set opens an account, its own entry, and one entry per kind of brick. */
export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 8, entries: 20, inserts: 7, consumed: 4, produced: 4 },
  { name: "medium", transactions: 20, entries: 36, inserts: 14, consumed: 8, produced: 8 },
];
