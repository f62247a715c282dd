import { type Field, fieldToHex } from "@frond/foundation";
import type { DroppedTransaction, Store } from "@frond/store";

/** Why transactions that were promised once are in no block any more. */
export type Drops = {
  of(hash: Field): DroppedTransaction | undefined;
  /** Those of the current session, in the order dropped. */
  readonly ofSession: readonly DroppedTransaction[];
  /** The legs of bundles that were dropped: all of the current session, and the last ones before it. */
  readonly legs: readonly DroppedTransaction[];
  /** These are being stored. */
  add(dropped: readonly DroppedTransaction[]): void;
  /** A new session has begun. */
  restart(dropped: readonly DroppedTransaction[]): void;
};

/** Whoever has to know that a leg was dropped is told again until it is long known: so many at least. */
const MOST_LEGS = 1_000;

/** Reasons are read once, at the start: the table grows with the life of the layer. */
export function createDrops(store: Pick<Store, "table">, session: number): Drops {
  const table = store.table<DroppedTransaction>("dropped");
  const stored = Array.from(table.entries(), ([, reason]) => reason).sort((a, b) => a.session - b.session);
  let ofSession = stored.filter((reason) => reason.session === session);
  let legs: readonly DroppedTransaction[] = [];
  const addLegs = (dropped: readonly DroppedTransaction[]): void => {
    const all = [...legs, ...dropped.filter(({ isLeg }) => isLeg)];
    const count = ofSession.filter(({ isLeg }) => isLeg).length;
    legs = all.slice(-Math.max(MOST_LEGS, count));
  };
  addLegs(stored);
  return {
    of: (hash) => ofSession.find((reason) => reason.hash === hash) ?? table.get(fieldToHex(hash)),
    get ofSession() {
      return ofSession;
    },
    get legs() {
      return legs;
    },
    add(dropped) {
      ofSession = [...ofSession, ...dropped];
      addLegs(dropped);
    },
    restart(dropped) {
      ofSession = [...dropped];
      addLegs(dropped);
    },
  };
}
