import {
  account,
  address,
  application,
  array,
  assert,
  cell,
  ethereumAddress,
  map,
  struct,
  u8,
  u32,
  u128,
} from "@frond/language";

const Box = struct({ kind: u8, count: u32 });

/**
 * An application with arguments and keys of every shape, to test commands with. It takes deposits of ether and lets
 * them go again.
 */
export const shelf = application({
  name: "shelf",
  state: {
    accounts: account({ money: u128 }),
    total: cell(u32),
    last: cell({ from: address }),
    boxes: map({ owner: address, kind: u8 }, { count: u32 }),
  },
  methods: {
    put: {
      args: { boxes: array(Box, 2), note: struct({ from: address }) },
      run({ state, sender }, { boxes, note }) {
        state.last.from.set(note.from);
        for (const { kind, count } of boxes) {
          state.boxes.at({ owner: sender, kind }).count.update((now) => now.add(count));
          state.total.update((total) => total.add(count));
        }
      },
    },
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress, kind: u8 },
      run({ state, sender, withdraw }, { amount, recipient, kind }) {
        assert(kind.equals(7), "the kind is not 7");
        state.accounts.at(sender).money.update((money) => money.subtract(amount));
        withdraw({ asset: 1, amount, recipient });
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).money.update((money) => money.add(amount));
    },
  },
});
