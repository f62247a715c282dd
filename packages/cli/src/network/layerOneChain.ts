import { join } from "node:path";
import { type Anvil, startAnvil, type Wallet } from "@frond/contracts";
import { type Logger, silentLogger } from "@frond/foundation";
import { retry } from "@frond/settlement";
import {
  type Chain,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type PublicClient,
} from "viem";
import { mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { UsageError } from "../errors.ts";

/** The published mnemonic of anvil's accounts, which hold ether on a local chain. */
const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";
/**
 * The local node is a process of this machine, whose end is noticed at once; of others an answer may get lost. Requests
 * that fail are repeated.
 */
const LOCAL_REPLY_MILLISECONDS = 600_000;
const REPLY_MILLISECONDS = 60_000;
const KEY_VARIABLE = "FROND_L1_PRIVATE_KEY";

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
  readonly blockTime?: number;
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
  const wallet = mnemonicToAccount(LOCAL_MNEMONIC);
  const safeBlock = async () => confirmed(await anvil.save());
  return {
    ...(await connect(anvil.url, { pollingInterval: 200, account: wallet, isLocal: true })),
    isLocal: true,
    safeBlock,
    stop: anvil.stop,
  };
}

/** A local L1 that is started again, from the state it wrote last, when its process dies. */
async function keepAnvil({
  dataDirectory,
  blockTime,
  allowedOrigins,
  logger = silentLogger,
}: LayerOneOptions): Promise<Pick<Anvil, "url" | "save" | "stop">> {
  const options = {
    statePath: join(dataDirectory, "l1.json"),
    ...(blockTime === undefined ? {} : { blockTime }),
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

async function connect(
  url: string,
  options: { pollingInterval: number; isLocal: boolean; account?: ReturnType<typeof mnemonicToAccount> },
) {
  const { pollingInterval, isLocal, account } = options;
  const chain = await chainAt(url);
  const transport = http(url, { timeout: isLocal ? LOCAL_REPLY_MILLISECONDS : REPLY_MILLISECONDS });
  const publicClient = createPublicClient({ chain, transport, pollingInterval }) as PublicClient;
  const wallet = createWalletClient({ account: account ?? accountOfEnvironment(), chain, transport }) as Wallet;
  return { url, chain, publicClient, wallet };
}

/** A chain known by its RPC address only. */
export async function chainAt(url: string): Promise<Chain> {
  const id = await createPublicClient({ transport: http(url) }).getChainId();
  return defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
}

/** A wallet for an account on the L1 at `url`. */
export async function walletAt(
  url: string,
  account: PrivateKeyAccount | ReturnType<typeof mnemonicToAccount>,
): Promise<Wallet> {
  return createWalletClient({ account, chain: await chainAt(url), transport: http(url) }) as Wallet;
}

/**
 * Account number `index` of a local chain: 0 deploys and settles, 1 to 3 are the example clients, 9 funds new accounts.
 */
export function localAccount(index: number) {
  return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: index });
}

function accountOfEnvironment(): PrivateKeyAccount {
  const key = process.env[KEY_VARIABLE];
  if (key === undefined || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    throw new UsageError(
      `An L1 of your own needs an account that deploys and settles. Put its private key (0x and 64 hex digits) into ${KEY_VARIABLE}.`,
    );
  }
  return privateKeyToAccount(key as Hex);
}
