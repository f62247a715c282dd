import { account, application, assert, cell, u64, u128 } from "frond/language";

/** Whoever calls pays the sequencer what it asks for, out of the balance on the layer. */
export const metered = (user: bigint) =>
  application({
    name: "metered",
    state: { accounts: account({ balance: u128 }), total: cell(u64) },
    genesis: { accounts: [[user, { balance: 1_000n }]] },
    fee({ state, sender, fee, feeRecipient }) {
      const own = state.accounts.at(sender);
      assert(own.balance.get().atLeast(fee.to(u128)), "the balance is too small for the fee");
      own.balance.update((balance) => balance.subtract(fee.to(u128)));
      state.accounts.at(feeRecipient).balance.update((balance) => balance.add(fee.to(u128)));
    },
    methods: { count: { args: {}, run: ({ state }) => state.total.update((total) => total.add(1)) } },
  });
