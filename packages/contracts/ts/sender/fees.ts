import type { Fees } from "./submission.ts";

/** What L1 asks for now, in wei for each unit of gas, and of blob gas for a transaction with a blob. */
export type Market = { readonly baseFee: bigint; readonly tip: bigint; readonly blobBaseFee?: bigint };

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** A tip that is always believed, in wei. */
const ORDINARY_TIP = 2_000_000_000n;
/**
 * Offered for a unit of blob gas in any case, in wei: one of the base fee is paid, and it may rise from almost nothing.
 */
const LEAST_BLOB_FEE = 1_000_000_000n;

/**
 * Fees with which L1 takes a transaction soon. Twice the base fee lasts six blocks: it rises by an eighth in each. A
 * node may ask for any tip, and on a quiet chain its advice follows whoever paid most; what is offered first is at most
 * the base fee. Where that is too little, it rises with each replacement.
 */
export function marketFees({ baseFee, tip: advised, blobBaseFee }: Market, cap: bigint): Fees {
  const tip = min(advised, max(baseFee, ORDINARY_TIP));
  const maxFeePerGas = min(2n * baseFee + tip, cap);
  const fees = { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
  return blobBaseFee === undefined
    ? fees
    : { ...fees, maxFeePerBlobGas: min(max(2n * blobBaseFee, LEAST_BLOB_FEE), cap) };
}

/** By how much nodes want each fee raised at least, and by how much it is raised. */
type Raise = { least(fee: bigint): bigint; raised(fee: bigint): bigint };
const BY_A_TENTH: Raise = { least: (fee) => fee + fee / 10n + 1n, raised: (fee) => fee + fee / 8n + 1n };
const TWOFOLD: Raise = { least: (fee) => 2n * fee, raised: (fee) => 2n * fee };

/**
 * Fees of a transaction that replaces another one: an eighth higher, or what the market asks for. Nodes refuse a
 * replacement that is not a tenth higher in both fees, or with a blob twice as high in all three. Undefined if the cap
 * leaves no room for that.
 */
export function raisedFees(last: Fees, market: Market, cap: bigint): Fees | undefined {
  const { least, raised } = last.maxFeePerBlobGas === undefined ? BY_A_TENTH : TWOFOLD;
  if (least(last.maxFeePerGas) > cap) return undefined;
  const wanted = marketFees(market, cap);
  const maxFeePerGas = min(max(wanted.maxFeePerGas, raised(last.maxFeePerGas)), cap);
  const tip = max(wanted.maxPriorityFeePerGas, raised(last.maxPriorityFeePerGas));
  if (least(last.maxPriorityFeePerGas) > maxFeePerGas) return undefined;
  const fees = { maxFeePerGas, maxPriorityFeePerGas: min(tip, maxFeePerGas) };
  if (last.maxFeePerBlobGas === undefined) return fees;
  if (least(last.maxFeePerBlobGas) > cap) return undefined;
  const maxFeePerBlobGas = min(max(wanted.maxFeePerBlobGas ?? 0n, raised(last.maxFeePerBlobGas)), cap);
  return { ...fees, maxFeePerBlobGas };
}
