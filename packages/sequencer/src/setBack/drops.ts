import { type Field, fieldToHex } from "@frond/foundation";
import type { DroppedTransaction, Store } from "@frond/store";

/** Why transactions that were promised once are in no block any more. */
export type Drops = {
  of(hash: Field): DroppedTransaction | undefined;
  /** Those of the current session, in the order dropped. */
  readonly ofSession: readonly DroppedTransaction[];
  /** These are being stored. */
  add(dropped: readonly DroppedTransaction[]): void;
  /** A new session has begun. */
  restart(dropped: readonly DroppedTransaction[]): void;
};

/** Reasons are read once, at the start: the table grows with the life of the layer. */
export const createDrops = (store: Pick<Store, "table">, session: number): Drops => {
  const table = store.table<DroppedTransaction>("dropped");
  let ofSession = Array.from(table.entries(), ([, reason]) => reason).filter((reason) => reason.session === session);
  return {
    of: (hash) => ofSession.find((reason) => reason.hash === hash) ?? table.get(fieldToHex(hash)),
    get ofSession() {
      return ofSession;
    },
    add(dropped) {
      ofSession = [...ofSession, ...dropped];
    },
    restart(dropped) {
      ofSession = [...dropped];
    },
  };
};
