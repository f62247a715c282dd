import { account, address, application, assert, bool, cell, u128 } from "frond/language";

/** What every account may claim, once. */
export const CLAIM = 100n;

/** A token: claimed once by each account, sent from one to another, and burned. */
export const token = application({
  name: "token",
  state: { accounts: account({ balance: u128, hasClaimed: bool }), supply: cell(u128) },
  events: { sent: { from: address, to: address, amount: u128 } },
  methods: {
    claim: {
      args: {},
      run({ state, sender }) {
        const own = state.accounts.at(sender);
        assert(own.hasClaimed.get().not(), "the account has claimed before");
        own.hasClaimed.set(true);
        own.balance.update((balance) => balance.add(CLAIM));
        state.supply.set(state.supply.get().add(CLAIM));
      },
    },
    send: {
      args: { to: address, amount: u128 },
      run({ state, sender, emit }, { to, amount }) {
        const from = state.accounts.at(sender);
        assert(from.balance.get().atLeast(amount), "the balance is too small");
        from.balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
        emit.sent({ from: sender, to, amount });
      },
    },
    burn: {
      args: { amount: u128 },
      run({ state, sender }, { amount }) {
        const own = state.accounts.at(sender);
        assert(own.balance.get().atLeast(amount), "the balance is too small");
        own.balance.update((balance) => balance.subtract(amount));
        state.supply.set(state.supply.get().subtract(amount));
      },
    },
  },
});
