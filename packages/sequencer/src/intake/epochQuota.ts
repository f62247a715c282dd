import type { Field } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import type { Store } from "@frond/store";
import { quotaUsed } from "../errors.ts";
import { blocksOfEpoch } from "../seal/blocksOfEpoch.ts";

/** Counts each account's transactions in an epoch, sealed or not, against what a free layer allows. */
export type EpochQuota = {
  /** @throws SequencerError quota-used */
  check(sender: Field, epoch: number): void;
  count(sender: Field, epoch: number): void;
  /** Counts again from the stored blocks. */
  restart(): void;
};

export function createEpochQuota(
  { perEpoch }: { readonly perEpoch: number | undefined },
  { store, epoch }: { readonly store: Store; readonly epoch: () => number },
): EpochQuota {
  let counted = 0;
  const used = new Map<Field, number>();
  const enter = (next: number): void => {
    if (next === counted) return;
    counted = next;
    used.clear();
  };
  const quota: EpochQuota = {
    check(sender, now) {
      enter(now);
      if (perEpoch !== undefined && (used.get(sender) ?? 0) >= perEpoch) throw quotaUsed(perEpoch, now);
    },
    count(sender, now) {
      if (perEpoch === undefined) return;
      enter(now);
      used.set(sender, (used.get(sender) ?? 0) + 1);
    },
    restart() {
      used.clear();
      if (perEpoch === undefined) return;
      counted = epoch();
      for (const { number } of blocksOfEpoch(store, counted))
        for (const { publicKey } of store.witness(number)!.transactions) quota.count(addressOf(publicKey), counted);
    },
  };
  return quota;
}
