import { account, application, assert, bool, cell, select, u128 } from "frond/language";

/** Two sorts of money in a pool whose product never falls, and a view that quotes what a swap would give. */
export const pool = (a: bigint, b: bigint) =>
  application({
    name: "pool",
    state: { accounts: account({ a: u128, b: u128 }), pool: cell({ a: u128, b: u128 }) },
    genesis: { pool: { a, b } },
    methods: {
      swap: {
        args: { sellsA: bool, amount: u128, minimum: u128 },
        run({ state, sender }, { sellsA, amount, minimum }) {
          const own = state.accounts.at(sender);
          const [had, reserves] = [own.get(), state.pool.get()];
          const [sold, bought] = [select(sellsA, reserves.a, reserves.b), select(sellsA, reserves.b, reserves.a)];
          // Rounded in favour of the pool.
          const out = bought.mulDiv(amount, sold.add(amount));
          assert(out.atLeast(minimum), "the price has moved");
          assert(select(sellsA, had.a, had.b).atLeast(amount), "the balance is too small");
          const [inA, inB] = [select(sellsA, amount, 0), select(sellsA, 0, amount)];
          const [outA, outB] = [select(sellsA, 0, out), select(sellsA, out, 0)];
          own.set({ a: had.a.subtract(inA).add(outA), b: had.b.subtract(inB).add(outB) });
          state.pool.set({ a: reserves.a.add(inA).subtract(outA), b: reserves.b.add(inB).subtract(outB) });
        },
      },
      draw: { args: {}, run: ({ state, sender }) => state.accounts.at(sender).set({ a: 100, b: 100 }) },
    },
    views: {
      quote: {
        args: { amountOfA: u128 },
        returns: u128,
        run({ state }, { amountOfA }) {
          const { a, b } = state.pool.get();
          return b.mulDiv(amountOfA, a.add(amountOfA));
        },
      },
    },
  });
