import { account, application, assert, cell, u32, u64 } from "frond/language";

/** Everybody counts together. */
export const counter = application({
  name: "counter",
  state: { accounts: account({ calls: u32 }), total: cell(u64) },
  methods: {
    increment: {
      args: { by: u32 },
      run({ state, sender }, { by }) {
        assert(by.greaterThan(0), "nothing to add");
        state.total.set(state.total.get().add(by.to(u64)));
        state.accounts.at(sender).calls.update((calls) => calls.add(1));
      },
    },
  },
});
