import type { Limits } from "../limits.ts";

/**
 * A token bucket for each account. Forgets the accounts that have been quiet longest, never more than
 * `maxTrackedAccounts`.
 */
export type AccountRates = {
  /** Takes one token; otherwise the milliseconds until there is one. */
  take(account: bigint, now: number): { ok: true } | { ok: false; retryAfter: number };
};

type Bucket = { tokens: number; at: number };

export function createAccountRates({
  accountRate,
  accountBurst,
  maxTrackedAccounts,
}: Pick<Limits, "accountRate" | "accountBurst" | "maxTrackedAccounts">): AccountRates {
  // A Map iterates in the order of insertion: taking an account out and putting it in again keeps the quietest first.
  const buckets = new Map<bigint, Bucket>();
  return {
    take(account, now) {
      const old = buckets.get(account);
      const refilled = old === undefined ? accountBurst : old.tokens + ((now - old.at) * accountRate) / 1000;
      const tokens = Math.min(accountBurst, refilled);
      buckets.delete(account);
      if (buckets.size >= maxTrackedAccounts) buckets.delete(buckets.keys().next().value!);
      if (tokens < 1) {
        buckets.set(account, { tokens, at: now });
        return { ok: false, retryAfter: Math.ceil(((1 - tokens) * 1000) / accountRate) };
      }
      buckets.set(account, { tokens: tokens - 1, at: now });
      return { ok: true };
    },
  };
}
