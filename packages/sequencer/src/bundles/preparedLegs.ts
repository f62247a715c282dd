import type { Field } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import { createSignal } from "../signal.ts";
import type { Clock } from "../types.ts";

/** A leg of a bundle that is promised and not committed. */
type PreparedLeg = {
  readonly hash: Field;
  readonly transaction: Transaction;
  readonly sender: Field;
  /** What it was promised to pay. */
  readonly fee: bigint;
  /** Locked until it is committed, aborted, or its promise has expired. */
  readonly keys: readonly Field[];
  /** Its items in the settlement list of the epoch. */
  readonly exits: number;
  /** The share of a block that it takes. */
  readonly share: number;
  /** At which it was tried. */
  readonly time: number;
  readonly expiresAt: number;
};

export type PreparedLegs = {
  readonly count: number;
  /** Items that all of them need in the settlement list. */
  readonly exits: number;
  /** The blocks that all of them fill. */
  readonly share: number;
  /** The earliest time at which one of them was tried; undefined if there is none. */
  readonly since: number | undefined;
  /** Milliseconds for which there has been one at every moment. */
  readonly heldMilliseconds: number;
  get(hash: Field): PreparedLeg | undefined;
  add(leg: PreparedLeg): void;
  /** Frees its keys. */
  remove(hash: Field): PreparedLeg | undefined;
  isAnyLocked(keys: readonly Field[]): boolean;
  clear(): void;
  /** Resolves when there is none. */
  whenNone(): Promise<void>;
};

/** Legs by hash, and the keys that they lock. `onFreed` is called whenever keys become free. */
export function createPreparedLegs({ clock, onFreed }: { clock: Clock; onFreed(): void }): PreparedLegs {
  const legs = new Map<Field, { readonly leg: PreparedLeg; readonly cancelExpiry: () => void }>();
  const locked = new Set<Field>();
  const freed = createSignal();
  let heldSince = 0;
  const sum = (of: (leg: PreparedLeg) => number): number => {
    let total = 0;
    for (const { leg } of legs.values()) total += of(leg);
    return total;
  };
  const remove = (hash: Field): PreparedLeg | undefined => {
    const found = legs.get(hash);
    if (found === undefined) return undefined;
    legs.delete(hash);
    found.cancelExpiry();
    for (const key of found.leg.keys) locked.delete(key);
    freed.wake();
    onFreed();
    return found.leg;
  };
  return {
    get count() {
      return legs.size;
    },
    get exits() {
      return sum(({ exits }) => exits);
    },
    get share() {
      return sum(({ share }) => share);
    },
    get since() {
      if (legs.size === 0) return undefined;
      return Math.min(...[...legs.values()].map(({ leg }) => leg.time));
    },
    get heldMilliseconds() {
      return legs.size === 0 ? 0 : clock.passed() - heldSince;
    },
    get: (hash) => legs.get(hash)?.leg,
    add(leg) {
      if (legs.size === 0) heldSince = clock.passed();
      const cancelExpiry = clock.after(Math.max(0, leg.expiresAt - clock.now()), () => void remove(leg.hash));
      legs.set(leg.hash, { leg, cancelExpiry });
      for (const key of leg.keys) locked.add(key);
    },
    remove,
    isAnyLocked: (keys) => locked.size > 0 && keys.some((key) => locked.has(key)),
    clear() {
      for (const hash of [...legs.keys()]) remove(hash);
    },
    async whenNone() {
      while (legs.size > 0) await freed.wait();
    },
  };
}
