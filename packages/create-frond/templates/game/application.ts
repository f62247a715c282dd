import { account, address, application, assert, cell, constant, seconds, select, u64 } from "frond/language";

/** King of the hill: whoever holds the hill gets a point for each second, once somebody else takes it. */
export const game = application({
  name: "game",
  state: { accounts: account({ points: u64 }), hill: cell({ king: address, since: u64 }) },
  events: { taken: { from: address, by: address, points: u64 } },
  methods: {
    take: {
      args: {},
      run({ state, sender, time, emit }) {
        const { king, since } = state.hill.get();
        assert(king.equals(sender).not(), "you hold the hill already");
        const held = time.subtract(since).divide(seconds(1));
        // Before the first king nobody held it.
        const points = select(since.equals(0), constant(u64, 0), held);
        state.accounts.at(king).points.update((before) => before.add(points));
        state.hill.set({ king: sender, since: time });
        emit.taken({ from: king, by: sender, points });
      },
    },
  },
});
