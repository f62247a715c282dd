import { account, application, assert, cell, hours, u32, u64 } from "frond/language";

/** Votes count until a deadline. Nothing runs by itself then: anybody may close. */
export const poll = application({
  name: "poll",
  state: {
    accounts: account({ votes: u32 }),
    poll: cell({ closes: u64, yes: u32, no: u32, isClosed: u32 }),
  },
  methods: {
    open: {
      args: {},
      run({ state, time }) {
        assert(state.poll.closes.get().equals(0), "the poll is open");
        state.poll.closes.set(time.add(hours(2)));
      },
    },
    vote: {
      args: { yes: u32 },
      run({ state, sender, time }, { yes }) {
        const { accounts, poll } = state;
        assert(time.lessThan(poll.closes.get()), "it is too late");
        assert(accounts.at(sender).votes.get().equals(0), "the account has voted");
        assert(yes.atMost(1), "vote 0 or 1");
        accounts.at(sender).votes.set(1);
        poll.yes.update((count) => count.add(yes));
        poll.no.update((count) => count.add(1).subtract(yes));
      },
    },
    close: {
      args: {},
      run({ state, time }) {
        assert(time.atLeast(state.poll.closes.get()), "it is too early");
        state.poll.isClosed.set(1);
      },
    },
  },
});
