import { until } from "@frond/foundation";
import { parseEther } from "viem";
import type { Person } from "../connectPerson.ts";
import type { Round } from "../round.ts";

const SWAPS = 8;

/** Deposits, liquidity, swaps, a transfer, a withdrawal: all on one layer. */
export async function tradeOnExchange({ provider, trader, saver, say }: Round): Promise<void> {
  await Promise.all([
    deposit(provider, parseEther("10"), parseEther("20000")),
    deposit(trader, parseEther("2"), parseEther("1000")),
  ]);
  say("deposited: 12 ETH and 21,000 QUOTE from L1");
  const providing = await provider.exchange();
  await providing.methods.addLiquidity({
    base: parseEther("10"),
    maximumQuote: parseEther("20000"),
    minimumShares: 1n,
  });
  say("liquidity: 10 ETH and 20,000 QUOTE in the pool");
  const trading = await trader.exchange();
  const started = performance.now();
  const swaps = await Promise.all(
    Array.from({ length: SWAPS }, (_, i) =>
      trading.methods.swap({
        amountIn: i % 2 === 0 ? parseEther("0.1") : parseEther("50"),
        minimumOut: 1n,
        sellBase: i % 2 === 0,
      }),
    ),
  );
  say(`swaps: ${swaps.length} preconfirmed in ${Math.round(performance.now() - started)} ms`);
  await trading.methods.transfer({ to: await saver.address(), amount: parseEther("0.5"), isBase: true });
  const saving = await saver.exchange();
  await saving.methods.withdraw({ amount: parseEther("0.25"), isBase: true, recipient: saver.onLayerOne });
  say("transfer of 0.5 ETH, withdrawal of 0.25 ETH to L1");
}

async function deposit(person: Person, base: bigint, quote: bigint): Promise<void> {
  const client = await person.exchange();
  const before = (await client.state.accounts.get(client.address)) ?? { base: 0n, quote: 0n };
  await client.deposit({ asset: "ether", amount: base });
  await client.deposit({ asset: person.quote, amount: quote });
  await until(async () => {
    const now = await client.state.accounts.get(client.address);
    return now !== undefined && now.base >= before.base + base && now.quote >= before.quote + quote;
  });
}
