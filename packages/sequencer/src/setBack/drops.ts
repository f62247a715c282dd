import { type Field, fieldToHex } from "@frond/foundation";
import type { DroppedTransaction, Store } from "@frond/store";

/** Why transactions that were promised once are in no block any more. */
export type Drops = {
  of(hash: Field): DroppedTransaction | undefined;
  /** Those of the current session, in the order dropped. */
  readonly ofSession: readonly DroppedTransaction[];
  /** The last legs of bundles that were dropped, in whatever session. */
  readonly legs: readonly DroppedTransaction[];
  /** These are being stored. */
  add(dropped: readonly DroppedTransaction[]): void;
  /** A new session has begun. */
  restart(dropped: readonly DroppedTransaction[]): void;
};

/** Whoever has to know that a leg was dropped is told again until it is long known. */
const MOST_LEGS = 1_000;

/** Reasons are read once, at the start: the table grows with the life of the layer. */
export const createDrops = (store: Pick<Store, "table">, session: number): Drops => {
  const table = store.table<DroppedTransaction>("dropped");
  const stored = Array.from(table.entries(), ([, reason]) => reason).sort((a, b) => a.session - b.session);
  let ofSession = stored.filter((reason) => reason.session === session);
  let legs = stored.filter(({ isLeg }) => isLeg).slice(-MOST_LEGS);
  const addLegs = (dropped: readonly DroppedTransaction[]): void => {
    legs = [...legs, ...dropped.filter(({ isLeg }) => isLeg)].slice(-MOST_LEGS);
  };
  return {
    of: (hash) => ofSession.find((reason) => reason.hash === hash) ?? table.get(fieldToHex(hash)),
    get ofSession() {
      return ofSession;
    },
    get legs() {
      return legs;
    },
    add(dropped) {
      addLegs(dropped);
      ofSession = [...ofSession, ...dropped];
    },
    restart(dropped) {
      addLegs(dropped);
      ofSession = [...dropped];
    },
  };
};
