import { account, address, application, assert, ethereumAddress, field, u64, u128 } from "@frond/language";
import { credit, ETHER } from "@frond/money";

/** Few of everything, so that its circuits are small. */
export const sizes = [{ name: "tiny", transactions: 4, entries: 8, inserts: 4, consumed: 4, produced: 4 }];

/** Points that accounts give themselves, and ether that they send. Its rules allow to make money up. */
export const shop = application({
  name: "shop",
  state: { accounts: account({ ether: u128, points: u64 }) },
  methods: {
    earn: {
      args: { points: u64 },
      run({ state, sender }, { points }) {
        state.accounts.at(sender).points.update((before) => before.add(points));
      },
    },
    send: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, call }, { layer, to, amount }) {
        state.accounts.at(sender).ether.update((ether) => ether.subtract(amount));
        call(credit, { to: layer, args: { account: to }, asset: ETHER, amount });
      },
    },
    makeUp: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ withdraw }, { amount, recipient }) {
        withdraw({ asset: ETHER, amount, recipient });
      },
    },
  },
  calls: {
    credit: {
      args: credit.args,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, { asset, amount }) {
        assert(asset.equals(ETHER), "only ether");
        state.accounts.at(account).ether.update((ether) => ether.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(ETHER), "only ether");
      state.accounts.at(recipient).ether.update((ether) => ether.add(amount));
    },
  },
});
