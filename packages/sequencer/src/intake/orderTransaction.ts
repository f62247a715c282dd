import type { Transaction } from "@frond/protocol";
import type { Orderer } from "../order/types.ts";
import type { Promised } from "../promise/preconfirmation.ts";
import type { Promises } from "../promise/promises.ts";
import type { Returner } from "../setBack/createReturner.ts";
import type { Verified } from "../types.ts";
import type { EpochQuota } from "./epochQuota.ts";

/**
 * Gives a transaction its place, once: one that has a place keeps it.
 * @throws MustWait, SequencerError returning, quota-used, and what executing it throws
 */
export function orderTransaction(
  transaction: Transaction,
  { hash, sender }: Verified,
  dependencies: {
    readonly orderer: Pick<Orderer, "order" | "tip">;
    readonly promises: Pick<Promises, "of" | "add">;
    readonly quota: EpochQuota;
    readonly returner: Pick<Returner, "checkTurn">;
  },
): { readonly promised: Promised; readonly isNew: boolean } {
  const { orderer, promises, quota, returner } = dependencies;
  const known = promises.of(hash);
  if (known !== undefined) return { promised: known, isNew: false };
  returner.checkTurn(sender);
  quota.check(sender, orderer.tip.epoch);
  const place = orderer.order({ transaction, hash, sender });
  quota.count(sender, place.epoch);
  return { promised: promises.add(hash, place), isNew: true };
}
