import type { FieldTable } from "./fieldTypes.ts";

/** From any layer to any layer, L1 (0) included. */
export const MESSAGE = {
  from: { type: "field", about: "The layer that produces it." },
  to: { type: "field", about: "The layer that consumes it." },
  time: { type: "time", about: "The producing block's time; 0 for what L1 produces." },
  kind: { type: "kind", about: "One of the kinds of messages." },
  asset: { type: "u32", about: "L1's number of the asset: 0 none, 1 ether, from 2 on ERC-20." },
  amount: { type: "u128", about: "How much of the asset moves, in its smallest unit." },
  recipient: { type: "field", about: "Whom it is for: an account of the receiving layer, or an address of L1." },
  payload: { type: "field", about: "What the kind makes of it." },
} as const satisfies FieldTable;

/** Where a message's point is. A hint: the circuits check it. */
export const POINT_HINT = {
  counter: { type: "u16", about: "The smallest that puts x on the curve with a canonical y." },
  y: { type: "field", about: "The y that is below 2^252." },
} as const satisfies FieldTable;
