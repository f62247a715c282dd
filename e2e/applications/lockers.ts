import { account, address, application, assert, bool, u128 } from "@frond/language";

/** Balances of ether that their owners may hold themselves, and a way out with them. */
export const lockers = application({
  name: "lockers",
  data: "volition",
  state: {
    accounts: account({ balance: u128, isHeld: bool, isPrivate: bool }, { committee: "isPrivate", held: "isHeld" }),
  },
  methods: {
    hide: {
      args: {},
      run({ state, sender }) {
        const own = state.accounts.at(sender);
        own.isHeld.set(true);
        own.isPrivate.set(true);
      },
    },
    pay: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        const from = state.accounts.at(sender).balance;
        assert(from.get().atLeast(amount), "the balance is too small");
        from.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
  exits: {
    balance: {
      args: {},
      run: ({ state, account: owner, pay }) => pay({ asset: 1, amount: state.accounts.at(owner).balance.get() }),
    },
  },
});
