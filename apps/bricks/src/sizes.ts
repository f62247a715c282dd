import type { BlockSize } from "@frond/protocol";

/** Few transactions and many entries: a set touches an account, its own entry and one for each kind of brick. */
export const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 8, entries: 20, inserts: 8, consumed: 4, produced: 4 },
  { name: "medium", transactions: 18, entries: 32, inserts: 12, consumed: 8, produced: 8 },
];
