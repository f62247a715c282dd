import {
  account,
  address,
  application,
  assert,
  type BoolValue,
  bool,
  cell,
  constant,
  ethereumAddress,
  field,
  type Slot,
  select,
  struct,
  type Uint,
  u32,
  u128,
  when,
} from "@frond/language";
import { credit, ETHER, QUOTE, swap, swapped } from "@frond/money";

/** A swap pays 0.3 % to the providers of liquidity. */
const FEE_NUMERATOR = 997;
const FEE_DENOMINATOR = 1000;

/** Shares without an owner, so that the first provider can't make a share too expensive for others. */
const LOCKED_SHARES = 1000;

const Balances = struct({ base: u128, quote: u128, shares: u128 });

/** A constant-product exchange of base (ether) and quote (L1's first token), in each asset's smallest unit. */
export const exchange = application({
  name: "exchange",
  state: {
    accounts: account(Balances.fields),
    pool: cell(Balances),
  },

  events: {
    /** `account` is of the layer that the event's `from` names, if it came from another one. */
    swapped: { account: address, amountIn: u128, amountOut: u128, sellBase: bool },
    liquidityAdded: { account: address, base: u128, quote: u128, shares: u128 },
    liquidityRemoved: { account: address, base: u128, quote: u128, shares: u128 },
    transferred: { from: address, to: address, amount: u128, isBase: bool },
  },

  /** A transaction pays its fee, if any, in base to the sequencer's fee recipient. */
  fee({ state, sender, fee, feeRecipient }) {
    when(fee.greaterThan(0), () => {
      const { base: payer } = state.accounts.at(sender);
      const { base: paid } = state.accounts.at(feeRecipient);
      const amount = fee.to(u128);
      assert(payer.get().atLeast(amount), "the balance does not pay the fee");
      payer.set(payer.get().subtract(amount));
      paid.set(paid.get().add(amount));
    });
  },

  methods: {
    /** Sells `amountIn` of base or of quote for at least `minimumOut` of the other asset. */
    swap: {
      args: { amountIn: u128, minimumOut: u128, sellBase: bool },
      run({ state, sender, emit }, { amountIn, minimumOut, sellBase }) {
        const amountOut = sellToPool(state.pool, { amountIn, minimumOut, sellBase });
        const account = state.accounts.at(sender);
        const { base, quote } = account.get();
        const balances = orient(sellBase, base, quote);
        assert(balances.first.atLeast(amountIn), "the balance is too small");
        const after = orient(sellBase, balances.first.subtract(amountIn), balances.second.add(amountOut));
        account.base.set(after.first);
        account.quote.set(after.second);
        emit.swapped({ account: sender, amountIn, amountOut, sellBase });
      },
    },

    /** Adds `base` and at most `maximumQuote` at the pool's ratio. The first provider sets the ratio. */
    addLiquidity: {
      args: { base: u128, maximumQuote: u128, minimumShares: u128 },
      run({ state, sender, emit }, { base, maximumQuote, minimumShares }) {
        const account = state.accounts.at(sender);
        const pool = state.pool.get();
        const isFirst = pool.shares.equals(0);

        // In an empty pool one unit of base makes one share, and the divisions below have a divisor other than zero.
        const reserve = select(isFirst, { base, quote: maximumQuote, shares: base }, pool);
        assert(reserve.base.greaterThan(0).and(reserve.quote.greaterThan(0)), "both amounts must be more than zero");
        const shares = base.mulDiv(reserve.shares, reserve.base);
        // One more than the ratio rounded down, so that rounding favours the pool.
        const quote = base.mulDiv(reserve.quote, reserve.base).add(select(isFirst, constant(u128, 0), 1));
        assert(quote.atMost(maximumQuote), "the price moved past the maximum");

        const locked = select(isFirst, constant(u128, LOCKED_SHARES), 0);
        assert(shares.greaterThan(locked), "the amount is too small");
        const minted = shares.subtract(locked);
        assert(minted.atLeast(minimumShares), "the price moved past the minimum");

        const balance = account.get();
        assert(balance.base.atLeast(base).and(balance.quote.atLeast(quote)), "the balance is too small");
        account.set({
          base: balance.base.subtract(base),
          quote: balance.quote.subtract(quote),
          shares: balance.shares.add(minted),
        });
        state.pool.set({
          base: pool.base.add(base),
          quote: pool.quote.add(quote),
          shares: pool.shares.add(shares),
        });
        emit.liquidityAdded({ account: sender, base, quote, shares: minted });
      },
    },

    /** Takes `shares` out of the pool, for at least `minimumBase` and `minimumQuote`. */
    removeLiquidity: {
      args: { shares: u128, minimumBase: u128, minimumQuote: u128 },
      run({ state, sender, emit }, { shares, minimumBase, minimumQuote }) {
        const account = state.accounts.at(sender);
        const pool = state.pool.get();
        const balance = account.get();
        assert(balance.shares.atLeast(shares), "the balance is too small");
        const baseOut = shares.mulDiv(pool.base, pool.shares);
        const quoteOut = shares.mulDiv(pool.quote, pool.shares);
        assert(baseOut.atLeast(minimumBase).and(quoteOut.atLeast(minimumQuote)), "the price moved past the minimum");
        account.set({
          base: balance.base.add(baseOut),
          quote: balance.quote.add(quoteOut),
          shares: balance.shares.subtract(shares),
        });
        state.pool.set({
          base: pool.base.subtract(baseOut),
          quote: pool.quote.subtract(quoteOut),
          shares: pool.shares.subtract(shares),
        });
        emit.liquidityRemoved({ account: sender, base: baseOut, quote: quoteOut, shares });
      },
    },

    /** Transfers `amount` of base or of quote to another account. */
    transfer: {
      args: { to: address, amount: u128, isBase: bool },
      run({ state, sender, emit }, { to, amount, isBase }) {
        pay(state.accounts.at(sender), amount, isBase);
        gain(state.accounts.at(to), amount, isBase);
        emit.transferred({ from: sender, to, amount, isBase });
      },
    },

    /** Sends `amount` to account `to` of another layer. If it bounces, account `to` of this layer gets the money. */
    sendTo: {
      args: { layer: field, to: address, amount: u128, isBase: bool },
      run({ state, sender, call }, { layer, to, amount, isBase }) {
        pay(state.accounts.at(sender), amount, isBase);
        call(credit, { to: layer, args: { account: to }, asset: assetOf(isBase), amount });
      },
    },

    /** Sends `amount` to `recipient`, an Ethereum address, which can claim the money after the epoch has settled. */
    withdraw: {
      args: { amount: u128, isBase: bool, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, isBase, recipient }) {
        assert(amount.greaterThan(0), "the amount is zero");
        pay(state.accounts.at(sender), amount, isBase);
        withdraw({ asset: assetOf(isBase), amount, recipient });
      },
    },
  },
  calls: {
    /** Money from another layer for an account of this layer. */
    credit: {
      args: credit.args,
      run({ state }, { account }, { asset, amount }) {
        gain(state.accounts.at(account), amount, isBaseNotQuote(asset));
      },
    },

    /** Sells the money of another layer's message, and sends the proceeds back. No account is needed here. */
    swap: {
      args: swap.args,
      run({ state, call, emit }, { account, minimumOut }, { from, asset, amount }) {
        const sellBase = isBaseNotQuote(asset);
        const amountOut = sellToPool(state.pool, { amountIn: amount, minimumOut, sellBase });
        call(swapped, { to: from, args: { account, sold: amount }, asset: assetOf(sellBase.not()), amount: amountOut });
        emit.swapped({ account, amountIn: amount, amountOut, sellBase });
      },
    },
  },
  bounced: {
    credit: {
      of: credit,
      run({ state }, { account }, { asset, amount }) {
        gain(state.accounts.at(account), amount, isBaseNotQuote(asset));
      },
    },

    /** Proceeds that the other layer did not accept are credited to the account that they were for. */
    swapped: {
      of: swapped,
      run({ state }, { account }, { asset, amount }) {
        gain(state.accounts.at(account), amount, isBaseNotQuote(asset));
      },
    },
  },
  receive: {
    /** Money from L1. A deposit of an asset that is neither base nor quote bounces. */
    deposit({ state }, { asset, amount, recipient }) {
      gain(state.accounts.at(recipient), amount, isBaseNotQuote(asset));
    },
  },
  views: {
    /** The money in the pool, whose ratio is the price, and the shares of it. */
    pool: { args: {}, returns: Balances, run: ({ state }) => state.pool.get() },

    /** What a swap would pay now. */
    quote: {
      args: { amountIn: u128, sellBase: bool },
      returns: { amountOut: u128 },
      run: ({ state }, { amountIn, sellBase }) => ({
        amountOut: priceOf(state.pool, { amountIn, sellBase }).amountOut,
      }),
    },
  },

  exits: {
    /** What the account has, and its share of the pool. */
    account: {
      args: {},
      run({ state, account, pay: payOut }) {
        const { base, quote, shares } = state.accounts.at(account).get();
        const pool = state.pool.get();
        // An empty pool has no shares to divide by.
        const all = select(pool.shares.equals(0), constant(u128, 1), pool.shares);
        payOut({ asset: ETHER, amount: base.add(shares.mulDiv(pool.base, all)) });
        payOut({ asset: QUOTE, amount: quote.add(shares.mulDiv(pool.quote, all)) });
      },
    },
  },
});

type Amount = Uint<128>;
type Entry = Slot<typeof Balances>;

/** Adds `amountIn` of base or of quote to the pool, and removes the price. */
function sellToPool(
  pool: Entry,
  { amountIn, minimumOut, sellBase }: { amountIn: Amount; minimumOut: Amount; sellBase: BoolValue },
): Amount {
  const { reserves, amountOut } = priceOf(pool, { amountIn, sellBase });
  assert(amountOut.atLeast(minimumOut), "the price moved past the minimum");
  assert(amountOut.greaterThan(0), "the amount is too small");
  const after = orient(sellBase, reserves.first.add(amountIn), reserves.second.subtract(amountOut));
  pool.base.set(after.first);
  pool.quote.set(after.second);
  return amountOut;
}

/** The money in the pool, that which is sold first, and what `amountIn` of it is paid with. */
function priceOf(pool: Entry, { amountIn, sellBase }: { amountIn: Amount; sellBase: BoolValue }) {
  const { base, quote } = pool.get();
  const reserves = orient(sellBase, base, quote);
  assert(reserves.first.greaterThan(0), "the pool is empty");
  const paid = amountIn.multiply(FEE_NUMERATOR);
  const amountOut = reserves.second.mulDiv(paid, reserves.first.multiply(FEE_DENOMINATOR).add(paid));
  return { reserves, amountOut };
}

/** Takes `amount` of base or of quote from an account. */
function pay(account: Entry, amount: Amount, isBase: BoolValue): void {
  const balance = account.get();
  const [base, quote] = [select(isBase, amount, 0), select(isBase, constant(u128, 0), amount)];
  assert(balance.base.atLeast(base).and(balance.quote.atLeast(quote)), "the balance is too small");
  account.base.set(balance.base.subtract(base));
  account.quote.set(balance.quote.subtract(quote));
}

/** Adds `amount` of base or of quote to an account. */
function gain(account: Entry, amount: Amount, isBase: BoolValue): void {
  account.base.update((base) => base.add(select(isBase, amount, 0)));
  account.quote.update((quote) => quote.add(select(isBase, constant(u128, 0), amount)));
}

function assetOf(isBase: BoolValue): Uint<32> {
  return select(isBase, constant(u32, ETHER), QUOTE);
}

/** Whether an asset is base; fails if it is unknown. Bounces are checked too: another layer's circuit may forge one. */
function isBaseNotQuote(asset: Uint<32>): BoolValue {
  const isBase = asset.equals(ETHER);
  assert(isBase.or(asset.equals(QUOTE)), "the exchange does not know this asset");
  return isBase;
}

/** Both values in order, or exchanged. A second `orient` restores the order. */
function orient(inOrder: BoolValue, first: Amount, second: Amount): { first: Amount; second: Amount } {
  return { first: select(inOrder, first, second), second: select(inOrder, second, first) };
}
