import { account, address, application, assert, callInterface, field, u128 } from "frond/language";

const ETHER = 1;
const credit = callInterface({ name: "credit", args: { account: address } });

/** Pays an account on another layer, and gives the money back if that layer refuses it. */
export const purse = application({
  name: "purse",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    pay: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, call }, { layer, to, amount }) {
        const own = state.accounts.at(sender);
        assert(own.balance.get().atLeast(amount), "the balance is too small");
        own.balance.update((balance) => balance.subtract(amount));
        // The refund goes to the account that the call names: name one that is the payer's.
        call(credit, { to: layer, args: { account: to }, asset: ETHER, amount });
      },
    },
  },
  calls: {
    credit: {
      args: credit.args,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).balance.update((balance) => balance.add(amount));
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, { amount }) {
        state.accounts.at(account).balance.update((balance) => balance.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
});
