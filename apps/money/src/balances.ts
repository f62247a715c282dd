import {
  assert,
  type BoolValue,
  constant,
  type Slot,
  type StructType,
  select,
  type Uint,
  u32,
  u128,
} from "@frond/language";
import { ETHER, QUOTE } from "./assets.ts";

/** What an account holds that keeps both assets. */
export const balances = { ether: u128, quote: u128 } as const;

/** An amount of one of the two assets. */
export type Money = { readonly amount: Uint<128>; readonly isEther: BoolValue };

/** An account that keeps both assets, whatever else it keeps. */
type Account = Pick<Slot<StructType<typeof balances>>, keyof typeof balances>;

/** Takes money from an account, which must have it. */
export function pay({ ether, quote }: Account, { amount, isEther }: Money): void {
  const held = { ether: ether.get(), quote: quote.get() };
  assert(select(isEther, held.ether, held.quote).atLeast(amount), "the balance is too small");
  ether.set(held.ether.subtract(select(isEther, amount, 0)));
  quote.set(held.quote.subtract(select(isEther, constant(u128, 0), amount)));
}

/** Gives money to an account. */
export function gain({ ether, quote }: Account, { amount, isEther }: Money): void {
  ether.set(ether.get().add(select(isEther, amount, 0)));
  quote.set(quote.get().add(select(isEther, constant(u128, 0), amount)));
}

/**
 * The money of a message. Fails, so that the message goes back, if it is neither ether nor the quote token. What came back to this layer is asked the same:
 * another layer's circuit may call anything a bounce.
 */
export function received({ asset, amount }: { readonly asset: Uint<32>; readonly amount: Uint<128> }): Money {
  const isEther = asset.equals(ETHER);
  assert(isEther.or(asset.equals(QUOTE)), "only ether and the quote token");
  return { amount, isEther };
}

/** Which asset it is, for a message. */
export function assetOf(isEther: BoolValue): Uint<32> {
  return select(isEther, constant(u32, ETHER), QUOTE);
}
