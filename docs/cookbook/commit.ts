import { account, application, assert, field, hash, u32 } from "frond/language";

/** A choice is fixed before it is shown: its hash first, with something that nobody can guess. */
export const choices = application({
  name: "choices",
  state: { accounts: account({ commitment: field, choice: u32 }) },
  methods: {
    commit: {
      args: { commitment: field },
      run({ state, sender }, { commitment }) {
        const own = state.accounts.at(sender);
        assert(own.commitment.get().equals(0), "the choice is fixed");
        own.commitment.set(commitment);
      },
    },
    show: {
      args: { choice: u32, salt: field },
      run({ state, sender }, { choice, salt }) {
        const own = state.accounts.at(sender);
        assert(own.commitment.get().equals(hash(choice, salt)), "it was another choice");
        own.choice.set(choice);
      },
    },
  },
});
