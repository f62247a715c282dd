import {
  account,
  address,
  application,
  assert,
  bool,
  constant,
  days,
  ethereumAddress,
  field,
  map,
  minutes,
  select,
  type Uint,
  u16,
  u64,
  u128,
  when,
} from "@frond/language";
import { assetOf, balances, credit, ETHER, gain, pay, payAll, QUOTE, received } from "@frond/money";

const NOBODY = 0n;

/** An auction takes bids for at least so long after its last bid. It is the shortest auction, too. */
export const EXTENSION_MILLISECONDS = minutes(5);

/** The longest time from the opening of an auction to its end, if no bid extends it. */
export const LONGEST_MILLISECONDS = days(30);

/** A bid is higher than the one before by at least a twentieth. */
const RAISE = 20;

/**
 * Sells amounts of the quote token for ether, to whoever has bid most when the time is over. A bid shortly before the
 * end extends the auction, so that others can answer, and nobody gains by bidding last.
 */
export const auction = application({
  name: "auction",
  state: {
    accounts: account(balances),
    /**
     * By seller and number. `lot` is what is sold, in the quote token, and belongs to no account until the end; so does
     * `bid`, the highest one so far, 0 before the first. There is no auction where `ends` is 0.
     */
    auctions: map({ seller: address, id: u16 }, { lot: u128, reserve: u128, bid: u128, bidder: address, ends: u64 }),
  },
  methods: {
    /** Opens an auction of `lot` quote tokens of the sender that takes bids of at least `reserve` for some time. */
    open: {
      args: { id: u16, lot: u128, reserve: u128, milliseconds: u64 },
      run({ state, sender, time }, { id, lot, reserve, milliseconds }) {
        const offer = state.auctions.at({ seller: sender, id });
        assert(offer.ends.get().equals(0), "the seller has an auction of this number");
        assert(lot.greaterThan(0).and(reserve.greaterThan(0)), "the lot or the reserve is zero");
        const isInRange = milliseconds.atLeast(EXTENSION_MILLISECONDS).and(milliseconds.atMost(LONGEST_MILLISECONDS));
        assert(isInRange, "an auction lasts from 5 minutes to 30 days");
        pay(state.accounts.at(sender), { amount: lot, isEther: constant(bool, false) });
        offer.set({ lot, reserve, bid: 0, bidder: NOBODY, ends: time.add(milliseconds) });
      },
    },

    /** Bids `amount` of ether. Whoever had bid most before gets that bid back at once. */
    bid: {
      args: { seller: address, id: u16, amount: u128 },
      run({ state, sender, time }, { seller, id, amount }) {
        const offer = state.auctions.at({ seller, id });
        const { reserve, bid, bidder, ends } = offer.get();
        assert(time.lessThan(ends), "the auction takes no bids, not any more or not yet");
        assert(amount.atLeast(select(bid.equals(0), reserve, raised(bid))), "the bid is too low");
        // First the refund, since a bidder may raise a bid with the money of that bid.
        when(bid.greaterThan(0), () => {
          gain(state.accounts.at(bidder), { amount: bid, isEther: constant(bool, true) });
        });
        pay(state.accounts.at(sender), { amount, isEther: constant(bool, true) });
        offer.update(() => ({ bid: amount, bidder: sender, ends: later(ends, time.add(EXTENSION_MILLISECONDS)) }));
      },
    },

    /**
     * Gives the lot to whoever has bid most, and the bid to the seller; or the lot back if there was no bid. Anybody
     * may call it once the auction is over, and the seller may use the number again.
     */
    settle: {
      args: { seller: address, id: u16 },
      run({ state, time }, { seller, id }) {
        const offer = state.auctions.at({ seller, id });
        const { lot, bid, bidder, ends } = offer.get();
        assert(ends.greaterThan(0), "there is no such auction");
        assert(time.atLeast(ends), "the auction takes bids still");
        const isSold = bid.greaterThan(0);
        gain(state.accounts.at(seller), { amount: bid, isEther: constant(bool, true) });
        gain(state.accounts.at(select(isSold, bidder, seller)), { amount: lot, isEther: constant(bool, false) });
        offer.set({ lot: 0, reserve: 0, bid: 0, bidder: NOBODY, ends: 0 });
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

    /**
     * What an auction owes the account. With the layer the auction has ended: whoever has bid most gets the lot, and
     * the seller the bid; if there was no bid, the seller gets the lot back.
     */
    auction: {
      args: { seller: address, id: u16 },
      run({ state, account, pay: payOut }, { seller, id }) {
        const { lot, bid, bidder } = state.auctions.at({ seller, id }).get();
        const isSold = bid.greaterThan(0);
        const isSeller = account.equals(seller);
        const getsLot = select(isSold, account.equals(bidder), isSeller);
        payOut({ asset: ETHER, amount: select(isSeller, bid, 0) });
        payOut({ asset: QUOTE, amount: select(getsLot, lot, 0) });
      },
    },
  },
});

/** The least bid after `bid`: a twentieth more, and at least 1 more. */
function raised(bid: Uint<128>): Uint<128> {
  return bid.add(bid.divide(RAISE)).add(1);
}

function later(a: Uint<64>, b: Uint<64>): Uint<64> {
  return select(a.lessThan(b), b, a);
}
