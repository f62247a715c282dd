import { account, application, assert, cell, ethereumAddress, u32, u64, u128 } from "@frond/language";

/** Everybody counts together, and keeps ether here: the application of the guide `docs/testnet.md`. */
export const counter = application({
  name: "counter",
  state: { accounts: account({ ether: u128 }), total: cell(u64) },
  methods: {
    increment: {
      args: { by: u32 },
      run({ state }, { by }) {
        state.total.set(state.total.get().add(by.to(u64)));
      },
    },
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, recipient }) {
        const own = state.accounts.at(sender).ether;
        assert(own.get().atLeast(amount), "the balance is too small");
        own.update((ether) => ether.subtract(amount));
        withdraw({ asset: 1, amount, recipient });
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
});
