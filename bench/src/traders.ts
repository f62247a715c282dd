import { exchange } from "@frond/exchange";
import { type Field, publicKeyOf } from "@frond/foundation";
import { type ArgumentsOf, encodeArguments } from "@frond/language";
import { addressOf, LAST_TIME, type Message, MessageKind, signTransaction, type Transaction } from "@frond/protocol";

type Methods = typeof exchange.methods;

/** Accounts of the exchange and their next nonces. Trader 0 also provides the liquidity. */
export type Traders = {
  /** Two deposits for each trader. */
  readonly deposits: readonly Message[];
  addLiquidity(): Transaction;
  /** So many signed swaps, by the traders in turn, in both directions. */
  swaps(count: number): Transaction[];
};

/**
 * The same traders every time: secrets 1000, 1001, .. `reserve` of each asset goes into the pool, and each trader gets
 * four times that.
 */
export function createTraders(layerId: Field, count: number, reserve = 10n ** 24n): Traders {
  const traders = Array.from({ length: count }, (_, i) => {
    const secret = BigInt(1000 + i);
    return { secret, address: addressOf(publicKeyOf(secret)), nonce: 0 };
  });
  let turn = 0;

  const sign = <N extends keyof Methods & string>(
    trader: (typeof traders)[number],
    method: N,
    args: ArgumentsOf<Methods[N]>,
  ): Transaction =>
    signTransaction(
      {
        layerId,
        ...encodeArguments(exchange, method, args),
        nonce: trader.nonce++,
        maxFee: 0n,
        expiry: LAST_TIME,
      },
      trader.secret,
    );

  return {
    deposits: traders.flatMap(({ address }) =>
      [1, 2].map((asset) => ({
        from: 0n,
        to: layerId,
        time: 0,
        kind: MessageKind.deposit,
        asset,
        amount: 4n * reserve,
        recipient: address,
        payload: 1n,
      })),
    ),
    addLiquidity: () => sign(traders[0]!, "addLiquidity", { base: reserve, maximumQuote: reserve, minimumShares: 1n }),
    swaps: (length) =>
      Array.from({ length }, () => {
        const number = turn++;
        return sign(traders[number % count]!, "swap", {
          amountIn: BigInt(10 ** 6 + (number % 1000)),
          minimumOut: 1n,
          sellBase: number % 2 === 0,
        });
      }),
  };
}
