import { account, address, application, assert, cell, u64 } from "frond/language";

/** An owner who is there from the beginning, sets the price, and can hand over. */
export const shop = (owner: bigint) =>
  application({
    name: "shop",
    state: { accounts: account({}), settings: cell({ owner: address, price: u64 }) },
    genesis: { settings: { owner, price: 10n } },
    methods: {
      setPrice: {
        args: { price: u64 },
        run({ state, sender }, { price }) {
          assert(state.settings.owner.get().equals(sender), "only the owner sets the price");
          state.settings.price.set(price);
        },
      },
      handOver: {
        args: { to: address },
        run({ state, sender }, { to }) {
          assert(state.settings.owner.get().equals(sender), "only the owner hands over");
          state.settings.owner.set(to);
        },
      },
    },
  });
