import type { Fees } from "./submission.ts";

/** What L1 asks for now, in wei for each unit of gas. */
export type Market = { readonly baseFee: bigint; readonly tip: bigint };

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** A tip that is always believed, in wei. */
const ORDINARY_TIP = 2_000_000_000n;

/**
 * Fees with which L1 takes a transaction soon. Twice the base fee lasts six blocks: it rises by an eighth in each. A
 * node may ask for any tip, and on a quiet chain its advice follows whoever paid most; what is offered first is at most
 * the base fee. Where that is too little, it rises with each replacement.
 */
export function marketFees({ baseFee, tip: advised }: Market, cap: bigint): Fees {
  const tip = min(advised, max(baseFee, ORDINARY_TIP));
  const maxFeePerGas = min(2n * baseFee + tip, cap);
  return { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
}

/**
 * Fees of a transaction that replaces another one: an eighth higher, or what the market asks for. Nodes refuse a
 * replacement that is not a tenth higher in both fees. Undefined if the cap leaves no room for that.
 */
export function raisedFees(last: Fees, market: Market, cap: bigint): Fees | undefined {
  const least = (fee: bigint) => fee + fee / 10n + 1n;
  const raised = (fee: bigint) => fee + fee / 8n + 1n;
  if (least(last.maxFeePerGas) > cap) return undefined;
  const wanted = marketFees(market, cap);
  const maxFeePerGas = min(max(wanted.maxFeePerGas, raised(last.maxFeePerGas)), cap);
  const tip = max(wanted.maxPriorityFeePerGas, raised(last.maxPriorityFeePerGas));
  const leastTip = least(last.maxPriorityFeePerGas);
  return leastTip > maxFeePerGas ? undefined : { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
}
