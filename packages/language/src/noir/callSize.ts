import { type BlockSize, MESSAGES_PER_BLOCK } from "@frond/protocol";
import { demandOf } from "../demand/demandOf.ts";
import type { Program } from "../ir.ts";

/**
 * The smallest size that holds any one call: a transaction of any method, a leg of a bundle included, or a message for
 * any handler, whether all entries that it opens exist or all are new. For tests: layers have larger blocks.
 */
export function callSize({ methods, handlers }: Pick<Program, "methods" | "handlers">): BlockSize {
  const demands = [
    ...methods.map((procedure) => demandOf(procedure, { isMethod: true })),
    ...handlers.map((procedure) => demandOf(procedure, { isMethod: false })),
  ];
  const opened = Math.max(1, ...demands.map(({ entries }) => entries.most));
  const sent = Math.max(0, ...demands.map(({ messages }) => messages.most));
  // The link of a leg, or a bounce.
  const produced = Math.min(sent + 1, MESSAGES_PER_BLOCK);
  return { name: "call", transactions: 1, entries: 2 * opened, inserts: opened, consumed: 1, produced };
}
