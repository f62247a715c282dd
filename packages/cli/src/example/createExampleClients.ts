import { layerOneTransport, testTokenAbi, untilMined } from "@frond/contracts";
import type { NetworkFile } from "@frond/network/directory";
import { localAccount, walletAt } from "@frond/network/wallets";
import { createPublicClient, formatEther } from "viem";
import { UsageError } from "../errors.ts";
import { connectPerson, type Person } from "./connectPerson.ts";
import { buildWithBricks } from "./rounds/bricks.ts";
import { sellProbeForBricks } from "./rounds/bundle.ts";
import { convertOnDesk } from "./rounds/desk.ts";
import { tradeOnExchange } from "./rounds/exchange.ts";
import { flyProbes } from "./rounds/orbits.ts";
import { testTokenOf } from "./testTokenOf.ts";

/** The built-in example clients: people who use every application that the network has, and what goes between them. */
export type ExampleClients = {
  /** One epoch's worth of everything. */
  runRound(): Promise<void>;
  /** Takes on L1 what was withdrawn in settled epochs. */
  claim(): Promise<void>;
  close(): Promise<void>;
};

/** In this order: the swaps of later ones need the liquidity of the first. */
const ROUNDS = [tradeOnExchange, flyProbes, buildWithBricks, convertOnDesk, sellProbeForBricks];

const QUOTE_FOR_EACH = 1_000_000n * 10n ** 18n;

export async function createExampleClients(network: NetworkFile, say: (text: string) => void): Promise<ExampleClients> {
  if (!network.layers.some(({ application }) => application === "exchange")) {
    throw new UsageError(
      'The example clients work on an exchange, and the network has none. Start it without --epochs, or give a layer the application "exchange".',
    );
  }
  const publicClient = createPublicClient({ transport: layerOneTransport(network.l1Url), pollingInterval: 100 });
  const connect = async (index: number): Promise<Person> => {
    const wallet = await walletAt(network.l1Url, localAccount(index));
    const hash = await wallet.writeContract({
      address: testTokenOf(network),
      abi: testTokenAbi,
      functionName: "mint",
      args: [wallet.account.address, QUOTE_FOR_EACH],
    });
    await untilMined(publicClient, { hash });
    return await connectPerson(network, wallet);
  };
  const [provider, trader, saver] = await Promise.all([connect(1), connect(2), connect(3)]);
  return {
    async runRound() {
      for (const play of ROUNDS) await play({ provider, trader, saver, say });
    },
    async claim() {
      const client = await saver.exchange();
      if ((await client.credit("ether")) === 0n) return;
      const { amount } = await client.claim("ether");
      say(`claimed ${formatEther(amount)} ETH on L1`);
    },
    async close() {
      await Promise.all([provider.close(), trader.close(), saver.close()]);
    },
  };
}
