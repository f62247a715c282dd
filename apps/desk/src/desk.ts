import { account, address, application, assert, bool, field, u128 } from "@frond/language";
import { assetOf, balances, credit, gain, pay, received, swap, swapped } from "@frond/money";

/**
 * Keeps ether and the quote token for people, and changes one into the other by calling an exchange on another layer. The call, the swap and the call back
 * are one epoch's; if the exchange cannot swap, the money comes back in the same epoch.
 */
export const desk = application({
  name: "desk",
  state: {
    accounts: account(balances),
  },
  methods: {
    /** Sells ether, or the quote token, on the exchange of another layer, for at least `minimumOut` of the other. */
    convert: {
      args: { exchange: field, amount: u128, minimumOut: u128, sellEther: bool },
      run({ state, sender, call }, { exchange, amount, minimumOut, sellEther }) {
        assert(amount.greaterThan(0), "the amount is zero");
        pay(state.accounts.at(sender), { amount, isEther: sellEther });
        call(swap, { to: exchange, args: { account: sender, minimumOut }, asset: assetOf(sellEther), amount });
      },
    },

    /** Sends money to account `to` of another layer. If that does not keep the asset, the account `to` of this layer gets it. */
    sendTo: {
      args: { layer: field, to: address, amount: u128, isEther: bool },
      run({ state, sender, call }, { layer, to, amount, isEther }) {
        pay(state.accounts.at(sender), { amount, isEther });
        call(credit, { to: layer, args: { account: to }, asset: assetOf(isEther), amount });
      },
    },

    /** Sends money to `recipient`, an address of Ethereum, who can claim it when the epoch has settled. */
    withdraw: {
      args: { amount: u128, isEther: bool, recipient: address },
      run({ state, sender, withdraw }, { amount, isEther, recipient }) {
        assert(amount.greaterThan(0), "the amount is zero");
        pay(state.accounts.at(sender), { amount, isEther });
        withdraw({ asset: assetOf(isEther), amount, recipient });
      },
    },
  },
  calls: {
    /** Money from another layer: ether or the quote token. Anything else goes back. */
    credit: {
      args: credit.args,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },

    /** What an exchange made of the money that was sent to it. */
    swapped: {
      args: swapped.args,
      run({ state }, { account }, message) {
        gain(state.accounts.at(account), received(message));
      },
    },
  },
  bounced: {
    /** The exchange did not swap. */
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
    /** Money straight from L1: ether or the quote token. Anything else goes back. */
    deposit({ state }, message) {
      gain(state.accounts.at(message.recipient), received(message));
    },
  },
});
