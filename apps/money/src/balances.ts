import {
  assert,
  type BoolValue,
  constant,
  type PayoutInput,
  type Slot,
  type StructType,
  select,
  type Uint,
  u32,
  u128,
} from "@frond/language";
import { ETHER, QUOTE } from "./assets.ts";

/** The balances of an account that keeps both assets. */
export const balances = { ether: u128, quote: u128 } as const;

/** An amount of one of the two assets. */
export type Money = { readonly amount: Uint<128>; readonly isEther: BoolValue };

/** An account that keeps both assets, with or without further fields. */
type Account = Pick<Slot<StructType<typeof balances>>, keyof typeof balances>;

/** Takes money from an account. Fails if the balance is too small. */
export function pay({ ether, quote }: Account, { amount, isEther }: Money): void {
  const held = { ether: ether.get(), quote: quote.get() };
  assert(select(isEther, held.ether, held.quote).atLeast(amount), "the balance is too small");
  ether.set(held.ether.subtract(select(isEther, amount, 0)));
  quote.set(held.quote.subtract(select(isEther, constant(u128, 0), amount)));
}

/** Pays all that an account has of both assets, by an exit. */
export function payAll({ ether, quote }: Account, payOut: (payout: PayoutInput) => void): void {
  payOut({ asset: ETHER, amount: ether.get() });
  payOut({ asset: QUOTE, amount: quote.get() });
}

/** Adds money to an account. */
export function gain({ ether, quote }: Account, { amount, isEther }: Money): void {
  ether.set(ether.get().add(select(isEther, amount, 0)));
  quote.set(quote.get().add(select(isEther, constant(u128, 0), amount)));
}

/**
 * The money of a message. Fails for any other asset than ether and the quote token, so that the message bounces. The
 * check also covers bounces, because another layer's circuit may call any message a bounce.
 */
export function received({ asset, amount }: { readonly asset: Uint<32>; readonly amount: Uint<128> }): Money {
  const isEther = asset.equals(ETHER);
  assert(isEther.or(asset.equals(QUOTE)), "only ether and the quote token");
  return { amount, isEther };
}

/** The asset number for a message. */
export function assetOf(isEther: BoolValue): Uint<32> {
  return select(isEther, constant(u32, ETHER), QUOTE);
}
