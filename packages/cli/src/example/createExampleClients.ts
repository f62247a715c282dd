import { testTokenAbi } from "@frond/contracts";
import { exchange } from "@frond/exchange";
import { type Client, createClient } from "@frond/sdk";
import { createPublicClient, formatEther, http, parseEther } from "viem";
import { UsageError } from "../errors.ts";
import { localAccount, walletAt } from "../network/layerOneChain.ts";
import type { NetworkFile } from "../network/networkFile.ts";

/** The built-in example clients: one provides liquidity, one swaps, one receives and withdraws. */
export type ExampleClients = {
  /** Deposits, liquidity, swaps, a transfer, a withdrawal: one epoch's worth. */
  runRound(): Promise<void>;
  /** Takes on L1 what was withdrawn in settled epochs. */
  claim(): Promise<void>;
  close(): Promise<void>;
};

type ExchangeClient = Client<typeof exchange.state, typeof exchange.methods>;

const SWAPS = 8;

export async function createExampleClients(network: NetworkFile, say: (text: string) => void): Promise<ExampleClients> {
  const publicClient = createPublicClient({ transport: http(network.l1Url), pollingInterval: 100 });
  const layer = network.layers.find(({ application }) => application === "exchange");
  if (layer === undefined) {
    throw new UsageError(
      'The example clients work on an exchange, and the network has none. Start it without --epochs, or give a layer the application "exchange".',
    );
  }
  const connect = async (index: number): Promise<ExchangeClient> => {
    const wallet = await walletAt(network.l1Url, localAccount(index));
    const hash = await wallet.writeContract({
      address: network.quoteToken,
      abi: testTokenAbi,
      functionName: "mint",
      args: [wallet.account.address, parseEther("1000000")],
    });
    await publicClient.waitForTransactionReceipt({ hash });
    return await createClient({ url: layer.url, application: exchange, wallet, l1: network.l1Url });
  };
  const [provider, trader, saver] = await Promise.all([connect(1), connect(2), connect(3)]);
  const quote = { token: network.quoteToken };
  const saverOnLayerOne = BigInt(localAccount(3).address);

  async function depositAndWait(client: ExchangeClient, base: bigint, quoteAmount: bigint): Promise<void> {
    const before = (await client.state.accounts.get(client.address)) ?? { base: 0n, quote: 0n };
    await client.deposit({ asset: "ether", amount: base });
    await client.deposit({ asset: quote, amount: quoteAmount });
    for (;;) {
      const now = await client.state.accounts.get(client.address);
      if (now !== undefined && now.base >= before.base + base && now.quote >= before.quote + quoteAmount) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  return {
    async runRound() {
      await Promise.all([
        depositAndWait(provider, parseEther("10"), parseEther("20000")),
        depositAndWait(trader, parseEther("2"), parseEther("1000")),
      ]);
      say("deposited: 12 ETH and 21,000 QUOTE from L1");
      await provider.methods.addLiquidity({
        base: parseEther("10"),
        maximumQuote: parseEther("20000"),
        minimumShares: 1n,
      });
      say("liquidity: 10 ETH and 20,000 QUOTE in the pool");
      const started = performance.now();
      const swaps = await Promise.all(
        Array.from({ length: SWAPS }, (_, i) =>
          trader.methods.swap({
            amountIn: i % 2 === 0 ? parseEther("0.1") : parseEther("50"),
            minimumOut: 1n,
            sellBase: i % 2 === 0,
          }),
        ),
      );
      say(`swaps: ${swaps.length} preconfirmed in ${Math.round(performance.now() - started)} ms`);
      await trader.methods.transfer({ to: saver.address, amount: parseEther("0.5"), isBase: true });
      await saver.methods.withdraw({ amount: parseEther("0.25"), isBase: true, recipient: saverOnLayerOne });
      say("transfer of 0.5 ETH, withdrawal of 0.25 ETH to L1");
    },
    async claim() {
      if ((await saver.credit("ether")) === 0n) return;
      const { amount } = await saver.claim("ether");
      say(`claimed ${formatEther(amount)} ETH on L1`);
    },
    async close() {
      await Promise.all([provider.close(), trader.close(), saver.close()]);
    },
  };
}
