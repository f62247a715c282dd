import {
  account,
  address,
  application,
  array,
  assert,
  bool,
  constant,
  ethereumAddress,
  field,
  map,
  select,
  struct,
  type Uint,
  u8,
  u32,
  u64,
  u128,
  when,
} from "@frond/language";
import { assetOf, balances, credit, ETHER, gain, type Money, pay, payAll, QUOTE, received } from "@frond/money";
import { COLOURS_PER_MATERIAL, KINDS, MATERIALS } from "./kinds.ts";

/** The largest number of kinds in one set. */
export const SORTS = 4;

/** Bricks of one kind. A count of 0 means no bricks of any kind. */
const Bricks = struct({ kind: u8, count: u32 });

const NOBODY = 0n;

/** Bricks of all kinds: accounts buy and sell bricks, and build sets. A brick is in an account or in a set. */
export const bricks = application({
  name: "bricks",
  state: {
    accounts: account(balances),
    bricks: map({ owner: address, kind: u8 }, { count: u64 }),
    /** `shape` is a hash of the set's drawing, which the layer does not store. No owner means no set. */
    sets: map(u64, { owner: address, shape: field, bricks: array(Bricks, SORTS) }),
  },
  methods: {
    /** Buys bricks at the price of their material. */
    buy: {
      args: { kind: u8, count: u32 },
      run({ state, sender }, { kind, count }) {
        pay(state.accounts.at(sender), costOf(kind, count));
        const { count: owned } = state.bricks.at({ owner: sender, kind });
        owned.set(owned.get().add(count.to(u64)));
      },
    },

    /** Sells bricks at the price of their material. */
    sell: {
      args: { kind: u8, count: u32 },
      run({ state, sender }, { kind, count }) {
        const { count: owned } = state.bricks.at({ owner: sender, kind });
        owned.set(without(owned.get(), count));
        gain(state.accounts.at(sender), costOf(kind, count));
      },
    },

    /** Transfers bricks to another account. */
    give: {
      args: { to: address, kind: u8, count: u32 },
      run({ state, sender }, { to, kind, count }) {
        const { count: owned } = state.bricks.at({ owner: sender, kind });
        owned.set(without(owned.get(), count));
        const { count: given } = state.bricks.at({ owner: to, kind });
        given.set(given.get().add(count.to(u64)));
      },
    },

    /** Makes a set of the sender's bricks, under an unused number. */
    assemble: {
      args: { id: u64, shape: field, bricks: array(Bricks, SORTS) },
      run({ state, sender }, { id, shape, bricks }) {
        const set = state.sets.at(id);
        assert(set.owner.get().equals(NOBODY), "the number is in use");
        const isUsed = bricks.map(({ count }) => count.greaterThan(0));
        assert(
          isUsed.reduce((any, one) => any.or(one)),
          "a set needs a brick",
        );
        bricks.forEach(({ kind, count }, i) => {
          when(isUsed[i]!, () => {
            const { count: owned } = state.bricks.at({ owner: sender, kind });
            owned.set(without(owned.get(), count));
          });
        });
        set.set({ owner: sender, shape, bricks });
      },
    },

    /** Takes a set apart. The number of the set becomes unused. */
    disassemble: {
      args: { id: u64 },
      run({ state, sender }, { id }) {
        const set = state.sets.at(id);
        const { owner, bricks } = set.get();
        assert(owner.equals(sender), "the set is not yours");
        bricks.forEach(({ kind, count }) => {
          when(count.greaterThan(0), () => {
            const { count: owned } = state.bricks.at({ owner: sender, kind });
            owned.set(owned.get().add(count.to(u64)));
          });
        });
        set.owner.set(NOBODY);
      },
    },

    /** Transfers a set to another account. */
    giveSet: {
      args: { id: u64, to: address },
      run({ state, sender }, { id, to }) {
        const set = state.sets.at(id);
        assert(set.owner.get().equals(sender), "the set is not yours");
        set.owner.set(to);
      },
    },

    /** Sends money to account `to` of another layer. If it bounces, account `to` of this layer receives the money. */
    sendTo: {
      args: { layer: field, to: address, amount: u128, isEther: bool },
      run({ state, sender, call }, { layer, to, amount, isEther }) {
        pay(state.accounts.at(sender), { amount, isEther });
        call(credit, { to: layer, args: { account: to }, asset: assetOf(isEther), amount });
      },
    },

    /** Sends money to `recipient`, an Ethereum address, which can claim the money after the epoch has settled. */
    withdraw: {
      args: { amount: u128, isEther: bool, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, isEther, recipient }) {
        assert(amount.greaterThan(0), "the amount is zero");
        pay(state.accounts.at(sender), { amount, isEther });
        withdraw({ asset: assetOf(isEther), amount, recipient });
      },
    },
  },
  calls: {
    /** Money from another layer: ether or the quote token. Any other asset bounces. */
    credit: {
      args: credit.args,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },
  },
  receive: {
    /** Money from L1: ether or the quote token. Any other asset bounces. */
    deposit({ state }, message) {
      gain(state.accounts.at(message.recipient), received(message));
    },
  },
  exits: {
    /** What the account has in money. */
    balances: {
      args: {},
      run({ state, account, pay: payOut }) {
        payAll(state.accounts.at(account), payOut);
      },
    },

    /** The account's bricks of a kind, at the price at which they are sold. */
    bricks: {
      args: { kind: u8 },
      run({ state, account, pay: payOut }, { kind }) {
        const { count } = state.bricks.at({ owner: account, kind }).get();
        const { amount, isEther } = costOf(kind, count);
        payOut({ asset: assetOf(isEther), amount });
      },
    },

    /** The bricks of one of the account's sets. */
    set: {
      args: { id: u64 },
      run({ state, account, pay: payOut }, { id }) {
        const { owner, bricks } = state.sets.at(id).get();
        assert(owner.equals(account), "the set is not yours");
        const costs = bricks.map(({ kind, count }) => costOf(select(count.equals(0), constant(u8, 0), kind), count));
        const sumOf = (isWanted: boolean) =>
          costs.reduce(
            (sum, { amount, isEther }) => sum.add(select(isEther.equals(isWanted), amount, 0)),
            constant(u128, 0),
          );
        payOut({ asset: ETHER, amount: sumOf(true) });
        payOut({ asset: QUOTE, amount: sumOf(false) });
      },
    },
  },
});

/** The price of bricks, in ether or in the quote token. */
function costOf(kind: Uint<8>, count: Uint<32> | Uint<64>): Money {
  assert(kind.lessThan(KINDS), "there is no such kind of brick");
  const material = kind.divide(COLOURS_PER_MATERIAL);
  const [first, ...others] = MATERIALS.map(({ price, isEther }) => ({
    price: constant(u128, price),
    isEther: constant(bool, isEther),
  }));
  const { price, isEther } = others.reduce((chosen, other, i) => select(material.equals(i + 1), other, chosen), first!);
  return { amount: count.to(u128).multiply(price), isEther };
}

/** The number of bricks that remain after `count` are removed. */
function without(owned: Uint<64>, count: Uint<32>): Uint<64> {
  const taken = count.to(u64);
  assert(owned.atLeast(taken), "there are not enough bricks");
  return owned.subtract(taken);
}
