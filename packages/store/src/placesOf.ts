import type { Field } from "@frond/foundation";
import type { BlockRecord } from "./types.ts";

/** What is found again by a hash, and its position in the block. */
export type PlacedHash = { readonly hash: Field; readonly position: number };

/**
 * The transactions of a block by their hashes, and its forced ones by their forced hashes, which are the payloads of
 * the messages that demand them: a transaction may come both ways.
 */
export function placesOf({ transactions, consumed }: Pick<BlockRecord, "transactions" | "consumed">): PlacedHash[] {
  const forced = consumed.filter((incoming) => incoming.forced !== undefined);
  return [
    ...transactions.map((hash, position) => ({ hash, position })),
    ...forced.map(({ message: { payload } }, position) => ({ hash: payload, position })),
  ];
}
