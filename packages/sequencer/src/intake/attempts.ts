import type { Field } from "@frond/foundation";
import { bundleBusy, invalidSignature } from "../errors.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Clock, Verified } from "../types.ts";
import { type Checked, createParking, type Entry } from "./parking.ts";

/** Orders transactions one by one. Those that must wait are tried again, before all others, when that may be over. */
export type Attempts<E extends Entry> = {
  /** Whether some are to be tried again. */
  readonly hasAgain: boolean;
  /** Orders or refuses one that comes for the first time; `verified` is undefined if its signature is wrong. */
  attemptNew(entry: E, verified: Verified | undefined): void;
  /** Tries the first again. */
  attemptAgain(): void;
  isWaitedFor(keys: readonly Field[]): boolean;
  /** What transactions wait for may be over. */
  tryAgain(): void;
  /** Refuses legs that must wait: the one with this hash, or all. */
  giveUp(error: unknown, hash?: Field): void;
  fail(error: unknown): void;
};

export type AttemptDependencies<E extends Entry> = {
  readonly clock: Clock;
  /** Called once for each whose signature is right. @throws if its account may not */
  admit(verified: Verified): void;
  /** Orders it, or throws; a `MustWait` has it tried again later. */
  order(entry: E, verified: Verified): void;
  refuse(entry: E, error: unknown): void;
  /** Some are to be tried again. */
  onAgain(): void;
};

export function createAttempts<E extends Entry>(dependencies: AttemptDependencies<E>): Attempts<E> {
  const { clock, admit, order, refuse, onAgain } = dependencies;
  const parking = createParking<E>({ clock, onExpired: (hash) => giveUp(bundleBusy(), hash) });
  let again: Checked<E>[] = [];

  function attempt(checked: Checked<E>): void {
    const { entry, verified } = checked;
    if (parking.hasSender(verified.sender)) {
      parking.park(checked, []);
      return;
    }
    try {
      order(entry, verified);
    } catch (error) {
      if (error instanceof MustWait) {
        entry.onStage?.("wait");
        parking.park(checked, error.touched);
      } else refuse(entry, error);
    }
  }

  function unpark(): void {
    again.push(...parking.takeAll());
  }

  function giveUp(error: unknown, hash?: Field): void {
    const isGiven = ({ entry, verified }: Checked<E>): boolean =>
      entry.waitsUntil !== undefined && (hash === undefined || verified.hash === hash);
    if (!parking.has(isGiven) && !again.some(isGiven)) return;
    unpark();
    const given = again.filter(isGiven);
    again = again.filter((checked) => !isGiven(checked));
    for (const { entry } of given) refuse(entry, error);
    onAgain();
  }

  return {
    get hasAgain() {
      return again.length > 0;
    },
    attemptNew(entry, verified) {
      try {
        if (verified === undefined) throw invalidSignature();
        admit(verified);
      } catch (error) {
        refuse(entry, error);
        return;
      }
      attempt({ entry, verified });
    },
    attemptAgain() {
      const first = again.shift();
      if (first !== undefined) attempt(first);
    },
    isWaitedFor: parking.isWaitedFor,
    tryAgain() {
      if (parking.count === 0) return;
      unpark();
      onAgain();
    },
    giveUp,
    fail(error) {
      unpark();
      for (const { entry } of again.splice(0)) refuse(entry, error);
    },
  };
}
