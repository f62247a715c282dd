import type { Field } from "@frond/foundation";
import { addressOf, isLeg } from "@frond/protocol";
import type { PendingTransaction } from "@frond/store";
import { bundleFrozen, bundleGone, bundleWaits, destinationGone, SequencerError, tooManyExits } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";
import type { Attempt } from "./createReturning.ts";

/**
 * For so many rounds a returning transaction waits for a receiver or a layer of its bundle that cannot be reached, or
 * for a share of the settlement list that is large enough for it alone. What waits holds up what fails with a higher
 * time, on all layers: what may never come must not do that for ever. For as many rounds others wait for a layer that
 * was set back.
 */
export const LONGEST_ABSENCE_ROUNDS = 32;

/** Executes a transaction again, at its former fee, and remembers the new promise. */
export function executeReturning(
  pending: PendingTransaction,
  dependencies: {
    readonly orderer: Pick<Orderer, "order">;
    /** Since the line was read. */
    readonly roundsInLine: number;
    /** Whether a layer of a bundle is away, as far as is known. */
    isWaiting(bundle: Field): boolean;
    /** Whether a layer of a bundle is frozen for ever. */
    isFrozen(bundle: Field): boolean;
    readonly promises: Pick<Promises, "add">;
    readonly quota: Pick<EpochQuota, "count">;
  },
): Attempt {
  const { orderer, promises, quota, roundsInLine, isWaiting, isFrozen } = dependencies;
  const { hash, transaction, fee } = pending;
  const sender = addressOf(transaction.publicKey);
  try {
    if (isLeg(transaction) && isFrozen(transaction.link.id)) throw bundleFrozen();
    if (isLeg(transaction) && isWaiting(transaction.link.id)) throw bundleWaits();
    const place = orderer.order({ hash, transaction, fee, sender });
    promises.add(hash, place);
    quota.count(sender, place.epoch);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SequencerError || error instanceof MustWait)) throw error;
    const { code, message } = roundsInLine < LONGEST_ABSENCE_ROUNDS ? error : withoutPatience(error);
    return { ok: false, reason: { code, message } };
  }
}

function withoutPatience(error: SequencerError | MustWait): SequencerError | MustWait {
  const { layerId, quota, needed } = error.data;
  if (error.code === "sequencer/destination-offline") return destinationGone(String(layerId), LONGEST_ABSENCE_ROUNDS);
  if (error.code === "sequencer/bundle-waits") return bundleGone(LONGEST_ABSENCE_ROUNDS);
  const isTooMuch = error.code === "sequencer/epoch-list-full" && Number(needed) > Number(quota);
  return isTooMuch ? tooManyExits(Number(quota), Number(needed)) : error;
}
