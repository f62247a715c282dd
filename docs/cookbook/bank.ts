import { account, application, assert, ethereumAddress, u128 } from "frond/language";

const ETHER = 1;

/** Ether comes in from L1, goes back to L1, and can be taken out if the layer stops. */
export const bank = application({
  name: "bank",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, recipient }) {
        const own = state.accounts.at(sender);
        assert(own.balance.get().atLeast(amount), "the balance is too small");
        own.balance.update((balance) => balance.subtract(amount));
        withdraw({ asset: ETHER, amount, recipient });
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
  exits: {
    balance: {
      args: {},
      run({ state, account, pay }) {
        pay({ asset: ETHER, amount: state.accounts.at(account).balance.get() });
      },
    },
  },
});
