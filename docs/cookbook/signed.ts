import { account, application, assert, cell, i64, u64 } from "frond/language";

/** A position above or below zero at a price that moves, and what it has gained or lost. */
export const positions = application({
  name: "positions",
  state: { accounts: account({ size: i64, entry: u64, gained: i64 }), price: cell(u64) },
  methods: {
    setPrice: { args: { price: u64 }, run: ({ state }, { price }) => state.price.set(price) },
    open: {
      args: { size: i64 },
      run({ state, sender }, { size }) {
        const own = state.accounts.at(sender);
        assert(own.size.get().equals(0), "close the other one first");
        own.update(() => ({ size, entry: state.price.get() }));
      },
    },
    close: {
      args: {},
      run({ state, sender }) {
        const own = state.accounts.at(sender);
        const { size, entry, gained } = own.get();
        const moved = state.price.get().to(i64).subtract(entry.to(i64));
        own.set({ size: 0, entry: 0, gained: gained.add(moved.multiply(size)) });
      },
    },
  },
});
