import { formatEther } from "viem";
import { UsageError } from "../errors.ts";
import { readAmount } from "./parseAmount.ts";

/** The assets that a network has from the start, by L1's numbers. */
export const ASSETS = { ether: { number: 1n, unit: "ETH" }, quote: { number: 2n, unit: "QUOTE" } } as const;
export type AssetName = keyof typeof ASSETS;

/** Throws {@link UsageError} if there is no such asset. */
export function assetOf(text: string): AssetName {
  if (Object.hasOwn(ASSETS, text)) return text as AssetName;
  throw new UsageError(`There is no asset ${text}. Use ${Object.keys(ASSETS).join(" or ")}.`, { asset: text });
}

/** L1 and the layers hold amounts of so many bits. */
const AMOUNT_BITS = 128n;

/** An exact amount above zero. Throws {@link UsageError}. */
export function amountOf(text: string): bigint {
  const read = readAmount(text);
  if ("amount" in read && read.amount > 0n && read.amount >> AMOUNT_BITS === 0n) return read.amount;
  const problem =
    "problem" in read ? read.problem : read.amount === 0n ? "is zero" : `has more than ${AMOUNT_BITS} bits`;
  throw new UsageError(
    `The amount ${JSON.stringify(text)} ${problem}. Give a whole number above 0, or an amount such as 0.5ether.`,
    { text },
  );
}

/** `0.5 ETH` */
export function showAmount(amount: bigint, asset: AssetName): string {
  return `${formatEther(amount)} ${ASSETS[asset].unit}`;
}
