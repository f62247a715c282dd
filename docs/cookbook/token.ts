import { account, address, application, assert, cell, u128 } from "frond/language";

/** A token of the layer itself, with its supply and an event for each transfer. */
export const token = (issuer: bigint, supply: bigint) =>
  application({
    name: "token",
    state: { accounts: account({ balance: u128 }), supply: cell(u128) },
    genesis: { accounts: [[issuer, { balance: supply }]], supply },
    events: { sent: { from: address, to: address, amount: u128 } },
    methods: {
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
    },
  });
