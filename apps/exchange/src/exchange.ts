import {
  account,
  address,
  application,
  assert,
  bool,
  cell,
  constant,
  select,
  struct,
  type Uint,
  u32,
  u128,
  type ValueOf,
} from "@frond/language";

/** What the two assets are on L1: ether, and the first token that was registered. */
const BASE_ASSET = 1;
const QUOTE_ASSET = 2;

/** A swap pays 0.3 % to those who provide liquidity. */
const FEE_NUMERATOR = 997;
const FEE_DENOMINATOR = 1000;

/** Shares that nobody owns, so that the first provider cannot make a share too dear to buy. */
const LOCKED_SHARES = 1000;

const Pool = struct({ base: u128, quote: u128, shares: u128 });

/** A constant-product exchange of two assets: base (ether) and quote (a token). Amounts are in each asset's smallest unit. */
export const exchange = application({
  name: "exchange",
  state: {
    accounts: account({ base: u128, quote: u128, shares: u128 }),
    pool: cell(Pool),
  },
  methods: {
    /** Sells `amountIn` of base or of quote for at least `minimumOut` of the other. */
    swap: {
      args: { amountIn: u128, minimumOut: u128, sellBase: bool },
      run({ state, sender }, { amountIn, minimumOut, sellBase }) {
        const account = state.accounts.at(sender);
        const pool = state.pool.get();
        const reserves = orient(sellBase, pool.base, pool.quote);
        assert(reserves.first.greaterThan(0), "the pool is empty");

        const paid = amountIn.multiply(FEE_NUMERATOR);
        const amountOut = reserves.second.mulDiv(paid, reserves.first.multiply(FEE_DENOMINATOR).add(paid));
        assert(amountOut.atLeast(minimumOut), "the price moved past the minimum");
        assert(amountOut.greaterThan(0), "the amount is too small");

        const { base, quote } = account.get();
        const balances = orient(sellBase, base, quote);
        assert(balances.first.atLeast(amountIn), "the balance is too small");
        const after = orient(sellBase, balances.first.subtract(amountIn), balances.second.add(amountOut));
        account.base.set(after.first);
        account.quote.set(after.second);

        const pooled = orient(sellBase, reserves.first.add(amountIn), reserves.second.subtract(amountOut));
        state.pool.base.set(pooled.first);
        state.pool.quote.set(pooled.second);
      },
    },

    /** Puts `base` and, at the pool's present ratio, at most `maximumQuote` into the pool, for at least `minimumShares`. The first to do so sets the ratio. */
    addLiquidity: {
      args: { base: u128, maximumQuote: u128, minimumShares: u128 },
      run({ state, sender }, { base, maximumQuote, minimumShares }) {
        const account = state.accounts.at(sender);
        const pool = state.pool.get();
        const isFirst = pool.shares.equals(0);

        // While the pool is empty, one unit of base makes a share, and the divisions below divide by something.
        const reserve = select(isFirst, { base, quote: maximumQuote, shares: base }, pool);
        assert(reserve.base.greaterThan(0).and(reserve.quote.greaterThan(0)), "both amounts must be more than zero");
        const shares = base.mulDiv(reserve.shares, reserve.base);
        // One more than the ratio rounded down: rounding is in favour of the pool.
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
      },
    },

    /** Takes `shares` out of the pool, for at least `minimumBase` and `minimumQuote`. */
    removeLiquidity: {
      args: { shares: u128, minimumBase: u128, minimumQuote: u128 },
      run({ state, sender }, { shares, minimumBase, minimumQuote }) {
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
      },
    },

    /** Gives `amount` of base or of quote to another account. */
    transfer: {
      args: { to: address, amount: u128, isBase: bool },
      run({ state, sender }, { to, amount, isBase }) {
        const from = state.accounts.at(sender);
        const recipient = state.accounts.at(to);
        const base = select(isBase, amount, 0);
        const quote = select(isBase, constant(u128, 0), amount);
        const balance = from.get();
        assert(balance.base.atLeast(base).and(balance.quote.atLeast(quote)), "the balance is too small");
        from.base.set(balance.base.subtract(base));
        from.quote.set(balance.quote.subtract(quote));
        recipient.base.update((value) => value.add(base));
        recipient.quote.update((value) => value.add(quote));
      },
    },

    /** Sends `amount` of base or of quote to `recipient`, an address of Ethereum, who can claim it when the epoch has settled. */
    withdraw: {
      args: { amount: u128, isBase: bool, recipient: address },
      run({ state, sender, withdraw }, { amount, isBase, recipient }) {
        const account = state.accounts.at(sender);
        const base = select(isBase, amount, 0);
        const quote = select(isBase, constant(u128, 0), amount);
        const balance = account.get();
        assert(amount.greaterThan(0), "the amount is zero");
        assert(balance.base.atLeast(base).and(balance.quote.atLeast(quote)), "the balance is too small");
        account.base.set(balance.base.subtract(base));
        account.quote.set(balance.quote.subtract(quote));
        withdraw({ asset: select(isBase, constant(u32, BASE_ASSET), QUOTE_ASSET), amount, recipient });
      },
    },
  },
  receive: {
    /** Credits a deposit from L1. An asset that the exchange does not know is refused, and so goes back. */
    deposit({ state }, { asset, amount, recipient }) {
      const isBase = asset.equals(BASE_ASSET);
      assert(isBase.or(asset.equals(QUOTE_ASSET)), "the exchange does not know this asset");
      const account = state.accounts.at(recipient);
      account.base.update((base) => base.add(select(isBase, amount, 0)));
      account.quote.update((quote) => quote.add(select(isBase, constant(u128, 0), amount)));
    },
  },
});

type Amount = Uint<128>;

/** Both values as they are, or exchanged: `orient` of its own result gives back what it was given. */
function orient(inOrder: ValueOf<typeof bool>, first: Amount, second: Amount): { first: Amount; second: Amount } {
  return { first: select(inOrder, first, second), second: select(inOrder, second, first) };
}
