import { account, application, ethereumAddress, u128 } from "@frond/language";

/**
 * A layer whose own rules allow everything: money is made up, and withdrawn. Its circuit proves that, and its vault
 * does not have it.
 */
export const mallory = application({
  name: "mallory",
  state: { accounts: account({ ether: u128 }) },
  methods: {
    makeUp: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ withdraw }, { amount, recipient }) {
        withdraw({ asset: 1, amount, recipient });
      },
    },
  },
  receive: {
    deposit({ state }, { amount, recipient }) {
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
});
