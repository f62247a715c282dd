import { application } from "../application.ts";
import { assert, select, when } from "../operations.ts";
import { account, cell, map } from "../state.ts";
import { address, bool, u16, u64, u128 } from "../types.ts";

/**
 * A small application for tests of exits: balances less debts, shares of a pot, and notes of one asset or another. It
 * has no methods; tests write its state themselves.
 */
export const purse = application({
  name: "purse",
  state: {
    accounts: account({ balance: u128, shares: u64 }),
    pot: cell({ amount: u128, shares: u64 }),
    debts: map(address, u128),
    notes: map({ owner: address, id: u16 }, { amount: u128, isToken: bool }),
  },
  methods: {},
  exits: {
    balance: {
      args: {},
      run({ state, account, pay }) {
        const { balance, shares } = state.accounts.at(account).get();
        const pot = state.pot.get();
        pay({ asset: 1, amount: balance.subtract(state.debts.at(account).get()) });
        when(shares.greaterThan(0), () => {
          pay({ asset: 2, amount: shares.to(u128).mulDiv(pot.amount, pot.shares.to(u128)) });
        });
      },
    },
    note: {
      args: { id: u16, isDouble: bool },
      run({ state, account, layerId, pay }, { id, isDouble }) {
        const { amount, isToken } = state.notes.at({ owner: account, id }).get();
        assert(isDouble.not().or(layerId.equals(7)), "only layer 7 doubles");
        const paid = select(isDouble, amount.multiply(2), amount);
        when(isToken, () => pay({ asset: 2, amount: paid })).otherwise(() => pay({ asset: 1, amount: paid }));
      },
    },
  },
});
