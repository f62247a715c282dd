import type { ExitOutcome } from "@frond/language";

/** What exits pay together, by asset. */
export function exitTotals(outcomes: readonly ExitOutcome[]): ReadonlyMap<number, bigint> {
  const totals = new Map<number, bigint>();
  for (const outcome of outcomes) {
    if (!outcome.ok) continue;
    for (const { asset, amount } of outcome.payouts) totals.set(asset, (totals.get(asset) ?? 0n) + amount);
  }
  return totals;
}
