import type { Field } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import type { Clock, SubmitStage, Verified } from "../types.ts";

/** A transaction between the door and its place. */
export type Entry = {
  readonly transaction: Transaction;
  /** For a leg to prepare: when it gives up waiting for locked keys, by `Clock.passed`. */
  readonly waitsUntil?: number;
  readonly onStage?: ((stage: SubmitStage) => void) | undefined;
};

/** An entry whose signature is right. */
export type Checked<E> = { readonly entry: E; readonly verified: Verified };

/** Transactions that must wait, in the order in which they were tried. */
export type Parking<E extends Entry> = {
  readonly count: number;
  /** Whether the account has one here: a later transaction of it cannot come before an earlier one. */
  hasSender(sender: Field): boolean;
  /** Whether one of these keys is what a transaction waits for. */
  isWaitedFor(keys: readonly Field[]): boolean;
  /** `touched` is what it waits for. */
  park(checked: Checked<E>, touched: readonly Field[]): void;
  /** Whether one of these is here. */
  has(isOne: (checked: Checked<E>) => boolean): boolean;
  takeAll(): Checked<E>[];
};

export function createParking<E extends Entry>(dependencies: {
  readonly clock: Clock;
  /** A leg has waited as long as it may. */
  onExpired(hash: Field): void;
}): Parking<E> {
  const { clock, onExpired } = dependencies;
  let parked: { readonly checked: Checked<E>; readonly cancelExpiry: () => void }[] = [];
  const senders = new Set<Field>();
  const keys = new Set<Field>();
  return {
    get count() {
      return parked.length;
    },
    hasSender: (sender) => senders.has(sender),
    isWaitedFor: (touched) => keys.size > 0 && touched.some((key) => keys.has(key)),
    park(checked, touched) {
      const { hash, sender } = checked.verified;
      const { waitsUntil } = checked.entry;
      const cancelExpiry =
        waitsUntil === undefined
          ? () => {}
          : clock.after(Math.max(0, waitsUntil - clock.passed()), () => onExpired(hash));
      parked.push({ checked, cancelExpiry });
      senders.add(sender);
      for (const key of touched) keys.add(key);
    },
    has: (isOne) => parked.some(({ checked }) => isOne(checked)),
    takeAll() {
      const taken = parked;
      parked = [];
      senders.clear();
      keys.clear();
      for (const { cancelExpiry } of taken) cancelExpiry();
      return taken.map(({ checked }) => checked);
    },
  };
}
