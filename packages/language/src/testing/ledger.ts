import { application } from "../application.ts";
import { callInterface } from "../calls.ts";
import { assert, when } from "../operations.ts";
import { account, cell } from "../state.ts";
import { address, bool, ethereumAddress, field, u64, u128 } from "../types.ts";

const credit = callInterface({ name: "credit", args: { account: address } });

/** A small application for tests of circuits: money is deposited, moved, divided in proportion and withdrawn. */
export const ledger = application({
  name: "ledger",
  state: {
    accounts: account({ balance: u128 }),
    total: cell({ moved: u64, parts: u128 }),
  },
  methods: {
    transfer: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        const from = state.accounts.at(sender);
        from.balance.set(from.balance.get().subtract(amount));
        const recipient = state.accounts.at(to);
        recipient.balance.set(recipient.balance.get().add(amount));
        state.total.moved.set(state.total.moved.get().add(1));
      },
    },
    split: {
      args: { a: u128, b: u128, c: u128 },
      run({ state }, { a, b, c }) {
        state.total.parts.set(a.mulDiv(b, c));
      },
    },
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress, really: bool },
      run({ state, sender, withdraw }, { amount, recipient, really }) {
        const from = state.accounts.at(sender);
        assert(from.balance.get().atLeast(amount), "the balance is too small");
        from.balance.set(from.balance.get().subtract(amount));
        when(really, () => withdraw({ asset: 1, amount, recipient }));
      },
    },
    sendTo: {
      args: { layer: field, to: address, really: bool },
      run({ call }, { layer, to, really }) {
        when(really, () => call(credit, { to: layer, args: { account: to } }));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      const to = state.accounts.at(recipient);
      to.balance.set(to.balance.get().add(amount));
    },
  },
});
