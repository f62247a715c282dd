import { type Field, fieldToHex } from "@frond/foundation";
import type { Transaction } from "@frond/protocol";
import { notPrepared } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { accountKey } from "../order/executeTransaction.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer } from "../order/types.ts";
import type { Preconfirmation } from "../promise/preconfirmation.ts";
import type { Promises } from "../promise/promises.ts";
import type { Clock, Verified } from "../types.ts";
import type { PreparedLegs } from "./preparedLegs.ts";

/** `isExecuted`: the leg was committed before, and has its place. */
export type Prepared = { readonly promised: true; readonly isExecuted: boolean; readonly expiresAt: number };

/** Whether the leg was promised before, and is about to be committed. */
export type PreparedAgain = { readonly isAgain: boolean };

/** The two phases of a leg of a bundle. */
export type BundleLegs = {
  /**
   * Executes a leg on the side and locks what it touches. The account that fees go to is not locked, or every other
   * transaction would have to wait: that it has gained meanwhile takes nothing from a leg.
   *
   * The clock stands until the leg is committed, but a message of a later time makes a later block all the same. So the
   * leg is tried in the latest one, too: whoever signs a leg that is about to expire could have the layer break its
   * promise otherwise, and the layer pays for what the others have executed. For the same reason the epoch must have
   * blocks for all legs that are prepared.
   *
   * While other legs keep a block that is due from ending, or have kept the clock standing for long, no leg is prepared
   * but one that is about to be committed: legs that overlap would stop the layer for as long as somebody sends them.
   * @throws SequencerError epoch-blocks-used, MustWait, and what `submit` rejects with
   */
  prepare(transaction: Transaction, verified: Verified, again: PreparedAgain): Prepared;
  /**
   * Executes a prepared leg in the open block, whatever else would speak against it, and frees its keys; one that was
   * executed before is promised again.
   * @throws SequencerError not-prepared, execution-failed
   */
  commit(hash: Field): Promise<{ readonly preconfirmation: Preconfirmation; readonly executed?: Transaction }>;
};

export function createBundleLegs(
  { promiseMilliseconds, feeRecipient }: { readonly promiseMilliseconds: number; readonly feeRecipient: Field },
  dependencies: {
    readonly legs: PreparedLegs;
    readonly orderer: Pick<Orderer, "probe" | "order" | "tip">;
    readonly promises: Promises;
    readonly quota: EpochQuota;
    readonly clock: Clock;
    /** The latest time that a block may have now. */
    latestTime(): number;
    /** @throws if the epoch has no blocks for what fills so many, whatever is put beside it */
    checkBlocks(filled: number): void;
    /** Whether the legs that are prepared have to be over before another one is. */
    mustDrain(): boolean;
    /** @throws if the account has transactions in line */
    checkTurn(account: Field): void;
    /** What others wait for that came before. */
    isWaitedFor(keys: readonly Field[]): boolean;
    flush(): Promise<unknown>;
  },
): BundleLegs {
  const { legs, orderer, promises, quota, clock } = dependencies;
  const { latestTime, checkBlocks, mustDrain, checkTurn, isWaitedFor, flush } = dependencies;
  const feeAccount = accountKey(feeRecipient);
  return {
    prepare(transaction, verified, { isAgain }) {
      const { hash, sender } = verified;
      const expiresAt = clock.now() + promiseMilliseconds;
      const known = legs.get(hash);
      if (known !== undefined) return { promised: true, isExecuted: false, expiresAt: known.expiresAt };
      if (promises.of(hash) !== undefined) return { promised: true, isExecuted: true, expiresAt };
      if (!isAgain && mustDrain()) throw new MustWait("legs", []);
      checkTurn(sender);
      quota.check(sender, orderer.tip.epoch);
      const { touched, items, share, fee, time } = orderer.probe({ transaction, hash, sender });
      checkBlocks(legs.share + share);
      if (isWaitedFor(touched)) throw new MustWait("keys", touched);
      if (!isAgain) orderer.probe({ transaction, hash, sender, fee, time: latestTime() + promiseMilliseconds });
      const keys = touched.filter((key) => key !== feeAccount || sender === feeRecipient);
      legs.add({ hash, transaction, sender, fee, keys, exits: items.exits, share, time, expiresAt });
      return { promised: true, isExecuted: false, expiresAt };
    },
    async commit(hash) {
      const leg = legs.get(hash);
      if (leg !== undefined) {
        const { transaction, sender, fee } = leg;
        try {
          const place = orderer.order({ transaction, hash, sender, fee, isPromised: true });
          promises.add(hash, place);
          quota.count(sender, place.epoch);
        } finally {
          legs.remove(hash);
        }
      }
      const promised = promises.of(hash);
      if (promised === undefined) throw notPrepared(fieldToHex(hash));
      const durable = flush();
      const [preconfirmation] = promises.sign([promised]);
      await durable;
      return { preconfirmation: preconfirmation!, ...(leg !== undefined && { executed: leg.transaction }) };
    },
  };
}
