import type { NetworkFile } from "@frond/network/directory";
import { ASSET_ETHER } from "@frond/protocol";
import { formatUnits } from "viem";
import { UsageError } from "../errors.ts";
import { readAmount } from "./parseAmount.ts";

/** An asset as L1 numbers it, and as people write its amounts. */
export type Asset = {
  readonly name: string;
  readonly number: bigint;
  readonly unit: string;
  readonly decimals: number;
  /** Its contract on L1; undefined for ether. */
  readonly token: `0x${string}` | undefined;
};

const ETHER: Asset = { name: "ether", number: BigInt(ASSET_ETHER), unit: "ETH", decimals: 18, token: undefined };
const FIRST_TOKEN = ETHER.number + 1n;

/** Ether, and the tokens that the network was deployed with, which are called by their symbols. */
export function assetsOf({ tokens }: Pick<NetworkFile, "tokens">): Asset[] {
  const named = tokens.map(({ address, symbol, decimals }, i) => {
    return { name: symbol.toLowerCase(), number: FIRST_TOKEN + BigInt(i), unit: symbol, decimals, token: address };
  });
  return [ETHER, ...named];
}

/** An asset of the network by its name, or by its address on L1. @throws UsageError if there is none */
export function assetOf(network: Pick<NetworkFile, "tokens">, text: string): Asset {
  const assets = assetsOf(network);
  const wanted = text.toLowerCase();
  const found = assets.find(({ name, token }) => name === wanted || token?.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const names = assets.map(({ name }) => name);
  throw new UsageError(`There is no asset ${text}. Use ${names.join(" or ")}, or the address of a token.`, {
    asset: text,
  });
}

/**
 * An amount of an asset. Refuses `0.5ether` for what is not counted in units of 10^-18: it would be another amount.
 * @throws UsageError
 */
export function amountIn({ name, decimals }: Asset, text: string): bigint {
  if (decimals !== ETHER.decimals && text.trim().endsWith("ether")) {
    throw new UsageError(
      `${name} has ${decimals} decimals, and ${text} is an amount with 18. Give a whole number of its smallest unit.`,
      { asset: name, decimals, text },
    );
  }
  return amountOf(text);
}

/** L1 and the layers hold amounts of so many bits. */
const AMOUNT_BITS = 128n;

/** An exact amount above zero. @throws UsageError */
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
export function showAmount(amount: bigint, { unit, decimals }: Asset): string {
  return `${formatUnits(amount, decimals)} ${unit}`;
}
