import { addressOf, isLeg } from "@frond/protocol";
import type { PendingRow, PendingTransaction, Store } from "@frond/store";
import type { Departed } from "./createReturning.ts";
import type { Drops } from "./drops.ts";
import type { ReturningItem } from "./line.ts";

/** An item of the line with its row in the store. */
export type PendingItem = ReturningItem & { readonly position: number; readonly pending: PendingTransaction };

export const pendingItem = ({ position, transaction: pending }: PendingRow): PendingItem => ({
  hash: pending.hash,
  account: addressOf(pending.transaction.publicKey),
  nonce: pending.transaction.nonce,
  time: pending.time,
  isLeg: isLeg(pending.transaction),
  position,
  pending,
});

/** Removes from the store what has left the line, and keeps the reasons of what was dropped: one write. */
export function storeDeparted(
  { executed, dropped }: Departed<PendingItem>,
  dependencies: { readonly store: Store; readonly drops: Pick<Drops, "add">; readonly session: number },
): Promise<void> {
  const { store, drops, session } = dependencies;
  const reasons = dropped.map(({ item: { position, hash, isLeg }, reason }) => ({
    position,
    reason: { hash, ...reason, session, isLeg },
  }));
  drops.add(reasons.map(({ reason }) => reason));
  return store.removePending({ executed: executed.map(({ position }) => position), dropped: reasons });
}
