import { application } from "../application.ts";
import { callInterface } from "../calls.ts";
import { assert } from "../operations.ts";
import { account, cell } from "../state.ts";
import { address, bool, field, u32, u64, u128 } from "../types.ts";

const order = callInterface({ name: "order", args: { price: u64, customer: address, isGift: bool } });

/**
 * A small application for tests of circuits. It takes fees, handles calls of other layers, calls another shop, and
 * handles the bounces of its calls.
 */
export const shop = application({
  name: "shop",
  state: {
    accounts: account({ balance: u128 }),
    orders: cell({ count: u32, price: u64, gifts: u32, returned: u32 }),
  },
  fee({ state, sender, fee, feeRecipient }) {
    const amount = fee.to(u128);
    state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
    state.accounts.at(feeRecipient).balance.update((balance) => balance.add(amount));
  },
  methods: {
    transfer: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
    order: {
      args: { at: field, price: u64, isGift: bool },
      run({ state, sender, call }, { at, price, isGift }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(price.to(u128)));
        const args = { price, customer: sender, isGift };
        call(order, { to: at, args, asset: 1, amount: price.to(u128) });
      },
    },
  },
  calls: {
    order: {
      args: order.args,
      run({ state }, { price, customer, isGift }, { asset, amount }) {
        assert(asset.equals(1), "only ether");
        assert(amount.equals(price.to(u128)), "another price");
        state.accounts.at(customer).balance.update((balance) => balance.add(1));
        state.orders.update(({ count, gifts }) => ({ count: count.add(1), price, gifts: gifts.add(isGift.to(u32)) }));
      },
    },
    close: { args: {}, run: ({ state }) => state.orders.count.set(0) },
  },
  bounced: {
    order: {
      of: order,
      run({ state }, { customer }, { asset, amount }) {
        assert(asset.equals(1), "only ether");
        state.accounts.at(customer).balance.update((balance) => balance.add(amount));
        state.orders.update(({ returned }) => ({ returned: returned.add(1) }));
      },
    },
  },
  receive: {
    deposit({ state }, { amount, recipient }) {
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
});
