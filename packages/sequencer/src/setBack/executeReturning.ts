import { addressOf } from "@frond/protocol";
import type { PendingTransaction } from "@frond/store";
import { destinationGone, SequencerError } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";
import type { Attempt } from "./createReturning.ts";

/**
 * For so many epochs a returning transaction waits for a receiver that cannot be reached. What waits holds up what
 * fails with a higher slot, on all layers: a layer that never comes back must not do that for ever.
 */
const LONGEST_ABSENCE_EPOCHS = 8;

/** Executes a transaction again, at its former fee, and remembers the new promise. */
export const executeReturning = (
  pending: PendingTransaction,
  dependencies: {
    readonly orderer: Pick<Orderer, "order">;
    /** Since the line was read. */
    readonly epochsInLine: number;
    readonly promises: Pick<Promises, "add">;
    readonly quota: Pick<EpochQuota, "count">;
  },
): Attempt => {
  const { orderer, promises, quota, epochsInLine } = dependencies;
  const { hash, transaction, fee } = pending;
  const sender = addressOf(transaction.publicKey);
  try {
    const place = orderer.order({ hash, transaction, fee, sender });
    promises.add(hash, place);
    quota.count(sender, place.epoch);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SequencerError || error instanceof MustWait)) throw error;
    const { code, message } = epochsInLine < LONGEST_ABSENCE_EPOCHS ? error : withoutPatience(error);
    return { ok: false, reason: { code, message } };
  }
};

const withoutPatience = (error: SequencerError | MustWait): SequencerError | MustWait =>
  error.code === "sequencer/destination-offline"
    ? destinationGone(String(error.data.layerId), LONGEST_ABSENCE_EPOCHS)
    : error;
