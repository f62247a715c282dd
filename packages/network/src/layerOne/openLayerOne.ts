import { join } from "node:path";
import { type Anvil, layerOneTransport, startAnvil, type Wallet } from "@frond/contracts";
import { type Logger, retry, silentLogger } from "@frond/foundation";
import { type Chain, createPublicClient, createWalletClient, type PublicClient } from "viem";
import type { HDAccount } from "viem/accounts";
import { accountOfEnvironment, chainAt, localAccount } from "./wallets.ts";

/**
 * The local node is a process of this machine, whose end is noticed at once; of others an answer may get lost. Requests
 * that fail are repeated.
 */
const LOCAL_REPLY_MILLISECONDS = 600_000;
const REPLY_MILLISECONDS = 60_000;

export type LayerOneChain = {
  readonly url: string;
  readonly chain: Chain;
  readonly isLocal: boolean;
  readonly publicClient: PublicClient;
  /** Deploys and settles. */
  readonly wallet: Wallet;
  /** Number of the last block that is believed: on a local L1 the last one on disk. */
  safeBlock(): Promise<bigint>;
  stop(): Promise<void>;
};

export type LayerOneOptions = {
  readonly url?: string;
  readonly dataDirectory: string;
  /** Blocks on top of one that is believed. */
  readonly confirmations: number;
  readonly blockSeconds?: number;
  /** Of web pages. A local L1 can allow one. */
  readonly allowedOrigins: readonly string[];
  readonly logger?: Logger;
};

/** Connects to the L1 at `url`, or starts a local one whose state is kept in the data directory. */
export async function openLayerOne(options: LayerOneOptions): Promise<LayerOneChain> {
  const confirmed = (head: bigint) => head - BigInt(options.confirmations);
  if (options.url !== undefined) {
    const connected = await connect(options.url, { pollingInterval: 1_000, isLocal: false });
    const safeBlock = async () => confirmed(await connected.publicClient.getBlockNumber({ cacheTime: 0 }));
    return { ...connected, isLocal: false, safeBlock, stop: async () => {} };
  }
  const anvil = await keepAnvil(options);
  const safeBlock = async () => confirmed(await anvil.save());
  return {
    ...(await connect(anvil.url, { pollingInterval: 200, account: localAccount(0), isLocal: true })),
    isLocal: true,
    safeBlock,
    stop: anvil.stop,
  };
}

/** A local L1 that is started again, from the state it wrote last, when its process dies. */
async function keepAnvil({
  dataDirectory,
  blockSeconds,
  allowedOrigins,
  logger = silentLogger,
}: LayerOneOptions): Promise<Pick<Anvil, "url" | "save" | "stop">> {
  const options = {
    statePath: join(dataDirectory, "l1.json"),
    ...(blockSeconds === undefined ? {} : { blockSeconds }),
    ...(allowedOrigins.length === 1 ? { allowedOrigin: allowedOrigins[0]! } : {}),
  };
  let anvil = await startAnvil(options);
  const { url, port } = anvil;
  const stopping = new AbortController();
  const kept = (async () => {
    for (;;) {
      await anvil.ended;
      if (stopping.signal.aborted) return;
      logger.warn("The local L1 has ended; it is started again from its last state");
      // Another process may have its port for a moment.
      const what = "Starting the local L1";
      const again = async () => {
        const started = await startAnvil({ ...options, port });
        if (stopping.signal.aborted) await started.stop();
        return started;
      };
      anvil = await retry(again, { what, signal: stopping.signal, logger, isFinal: () => false });
    }
  })();
  kept.catch(() => {});
  return {
    url,
    save: () => anvil.save(),
    async stop() {
      stopping.abort();
      await anvil.stop();
      await kept.catch(() => {});
    },
  };
}

async function connect(url: string, options: { pollingInterval: number; isLocal: boolean; account?: HDAccount }) {
  const { pollingInterval, isLocal, account } = options;
  const chain = await chainAt(url);
  const transport = layerOneTransport(url, { timeout: isLocal ? LOCAL_REPLY_MILLISECONDS : REPLY_MILLISECONDS });
  const publicClient = createPublicClient({ chain, transport, pollingInterval }) as PublicClient;
  const wallet = createWalletClient({ account: account ?? accountOfEnvironment(), chain, transport }) as Wallet;
  return { url, chain, publicClient, wallet };
}
