import type { FieldTable } from "./fieldTypes.ts";

/** The public inputs of a block's proof, in order: the block moved a layer from one state to the next. */
export const BLOCK_STATEMENT = {
  layerId: { type: "field", about: "The layer." },
  stateRootIn: { type: "field", about: "Its state before the block." },
  stateRootOut: { type: "field", about: "Its state after the block." },
  time: { type: "time", about: "The block's time." },
  epoch: { type: "u32", about: "The epoch that the block belongs to." },
  messagesHash: { type: "field", about: "Commits to the messages that the block produced and consumed." },
  dataHash: { type: "field", about: "Commits to the entries that the block touched and their values at its end." },
} as const satisfies FieldTable;

/**
 * The public inputs of an aggregate's proof, in order: what lies below moved a layer from root to root. As many as a
 * block's, so that one verifier serves both.
 */
export const AGGREGATE_STATEMENT = {
  aggregateKeysHash: {
    type: "field",
    about: "The hash of the key hashes of the circuits that every aggregate below is proven with, narrowest first.",
  },
  layerId: { type: "field", about: "The layer." },
  rootIn: { type: "field", about: "The hash of its record before." },
  rootOut: { type: "field", about: "The hash of its record after." },
  window: { type: "u128", about: "The epoch of every block below and the time that it covers, packed." },
  sum: { type: "point", about: "The points of what was produced on the way less those of what was consumed." },
} as const satisfies FieldTable;

/**
 * The public inputs of a settlement's proof, in order: the trunk moved from root to root, and all messages are
 * accounted for.
 */
export const SETTLEMENT_STATEMENT = {
  rootIn: { type: "field", about: "The root that L1 has." },
  rootOut: { type: "field", about: "The root that L1 gets." },
  window: { type: "u128", about: "The epoch that settles and the time that it covers, packed." },
  commitment: { type: "field", about: "c: the hash of the settlement list, padded to its capacity." },
  z: { type: "field", about: "Where the contract evaluates the list." },
  evaluation: { type: "field", about: "y: the list's value there." },
} as const satisfies FieldTable;
