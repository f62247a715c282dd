import { account, address, application, assert, field, u64, u128 } from "@frond/language";
import { credit, ETHER } from "@frond/money";

export { sizes } from "./shop.ts";

/**
 * The next version of the shop: points count twice, and can be spent. Nobody can make money up any more. The most
 * arguments of a method are as many as before, so that it executes what the former version has promised.
 */
export const shop = application({
  name: "shop",
  state: { accounts: account({ ether: u128, points: u64 }) },
  methods: {
    earn: {
      args: { points: u64 },
      run({ state, sender }, { points }) {
        state.accounts.at(sender).points.update((before) => before.add(points).add(points));
      },
    },
    send: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, call }, { layer, to, amount }) {
        state.accounts.at(sender).ether.update((ether) => ether.subtract(amount));
        call(credit, { to: layer, args: { account: to }, asset: ETHER, amount });
      },
    },
    spend: {
      args: { points: u64 },
      run({ state, sender }, { points }) {
        state.accounts.at(sender).points.update((before) => before.subtract(points));
      },
    },
  },
  calls: {
    credit: {
      args: credit.args,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
});
