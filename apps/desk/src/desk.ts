import { account, address, application, assert, bool, ethereumAddress, field, u128 } from "@frond/language";
import { assetOf, balances, credit, gain, pay, payAll, received, swap, swapped } from "@frond/money";

/**
 * Keeps ether and the quote token for its accounts, and converts one into the other on another layer's exchange. The
 * call, the swap and the proceeds belong to one epoch. If the swap fails, the money comes back in the same epoch.
 */
export const desk = application({
  name: "desk",
  state: {
    accounts: account(balances),
  },
  methods: {
    /** Sells ether or the quote token on another layer's exchange, for at least `minimumOut` of the other asset. */
    convert: {
      args: { exchange: field, amount: u128, minimumOut: u128, sellEther: bool },
      run({ state, sender, call }, { exchange, amount, minimumOut, sellEther }) {
        assert(amount.greaterThan(0), "the amount is zero");
        pay(state.accounts.at(sender), { amount, isEther: sellEther });
        call(swap, { to: exchange, args: { account: sender, minimumOut }, asset: assetOf(sellEther), amount });
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

    /** The proceeds of a swap. */
    swapped: {
      args: swapped.args,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },
  },
  bounced: {
    /** A swap that bounced. */
    swap: {
      of: swap,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },

    credit: {
      of: credit,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },
  },
  receive: {
    /** Money straight from L1: ether or the quote token. Any other asset bounces. */
    deposit({ state }, message) {
      gain(state.accounts.at(message.recipient), received(message));
    },
  },
  exits: {
    /** What the account has. */
    balances: {
      args: {},
      run({ state, account, pay: payOut }) {
        payAll(state.accounts.at(account), payOut);
      },
    },
  },
});
