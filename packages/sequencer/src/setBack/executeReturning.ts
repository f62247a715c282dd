import { addressOf } from "@frond/protocol";
import type { PendingTransaction } from "@frond/store";
import { SequencerError } from "../errors.ts";
import type { EpochQuota } from "../intake/epochQuota.ts";
import { MustWait } from "../order/mustWait.ts";
import type { Orderer } from "../order/types.ts";
import type { Promises } from "../promise/promises.ts";
import type { Attempt } from "./createReturning.ts";

/** Executes a transaction again, at its former fee, and remembers the new promise. */
export const executeReturning = (
  pending: PendingTransaction,
  dependencies: {
    readonly orderer: Pick<Orderer, "order">;
    readonly promises: Pick<Promises, "add">;
    readonly quota: Pick<EpochQuota, "count">;
  },
): Attempt => {
  const { orderer, promises, quota } = dependencies;
  const { hash, transaction, fee } = pending;
  const sender = addressOf(transaction.publicKey);
  try {
    const place = orderer.order({ hash, transaction, fee, sender });
    promises.add(pending, place);
    quota.count(sender, place.epoch);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SequencerError || error instanceof MustWait)) throw error;
    return { ok: false, reason: { code: error.code, message: error.message } };
  }
};
