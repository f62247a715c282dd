import { join } from "node:path";
import {
  type Anvil,
  createSender,
  externalSigner,
  fileRecords,
  layerOneTransport,
  localSigner,
  type Sender,
  type Signer,
  sendingWallet,
  startAnvil,
  type Wallet,
} from "@frond/contracts";
import { type Logger, retry, silentLogger } from "@frond/foundation";
import { type Address, type Chain, createPublicClient, type PublicClient } from "viem";
import { SUBMISSIONS_FILE } from "../directory/networkEntries.ts";
import { finalBlockOf } from "./finalBlockOf.ts";
import { accountOfEnvironment, chainAt, localAccount } from "./wallets.ts";

export type LayerOneChain = {
  /** The RPC addresses, with commas between. */
  readonly url: string;
  readonly chain: Chain;
  readonly isLocal: boolean;
  readonly publicClient: PublicClient;
  /** Deploys and settles. Nothing else may send from its account. */
  readonly sender: Sender;
  /** Sends by the sender. */
  readonly wallet: Wallet;
  /** Number of the last block that is believed: on a local L1 the last one on disk. */
  safeBlock(): Promise<bigint>;
  stop(): Promise<void>;
};

export type LayerOneOptions = {
  /** The RPC addresses of an L1 of one's own, with commas between; without them a local one is started. */
  readonly url?: string;
  /** Who signs; without one the key in the environment. */
  readonly signer?: { readonly url: string; readonly address: Address };
  /** In wei for a unit of gas. */
  readonly maxFeePerGas: bigint;
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
    const { url } = options;
    const signer = options.signer === undefined ? localSigner(accountOfEnvironment()) : externalSigner(options.signer);
    const connected = await connect(url, { pollMilliseconds: REMOTE_POLL_MILLISECONDS, replyMilliseconds: 60_000 });
    const head = () => connected.publicClient.getBlockNumber({ cacheTime: 0 });
    const finalBlock = () => finalBlockOf(connected.publicClient);
    const sending = sendBy({ ...connected, signer, finalBlock }, options);
    const safeBlock = async () => confirmed(await head());
    return { url, ...connected, ...sending, isLocal: false, safeBlock, stop: async () => sending.sender.close() };
  }
  const anvil = await keepAnvil(options);
  const { url } = anvil;
  const connected = await connect(url, LOCAL);
  const signer = localSigner(localAccount(0));
  // What is on disk stays.
  const sending = sendBy({ ...connected, signer, finalBlock: () => anvil.save() }, options);
  const safeBlock = async () => confirmed(await anvil.save());
  const stop = () => {
    sending.sender.close();
    return anvil.stop();
  };
  return { url, ...connected, ...sending, isLocal: true, safeBlock, stop };
}

const REMOTE_POLL_MILLISECONDS = 1_000;
/**
 * The local node is a process of this machine, whose end is noticed at once; of others an answer may get lost. Requests
 * that fail are repeated.
 */
const LOCAL = { pollMilliseconds: 200, replyMilliseconds: 600_000 };

async function connect(url: string, options: { pollMilliseconds: number; replyMilliseconds: number }) {
  const chain = await chainAt(url);
  const transport = layerOneTransport(url, { timeout: options.replyMilliseconds });
  const { pollMilliseconds } = options;
  const publicClient = createPublicClient({ chain, transport, pollingInterval: pollMilliseconds }) as PublicClient;
  return { chain, publicClient, pollMilliseconds };
}

function sendBy(
  of: Awaited<ReturnType<typeof connect>> & { readonly signer: Signer; readonly finalBlock: () => Promise<bigint> },
  { maxFeePerGas, dataDirectory, logger = silentLogger }: LayerOneOptions,
): { readonly sender: Sender; readonly wallet: Wallet } {
  const { chain, pollMilliseconds } = of;
  const records = fileRecords(join(dataDirectory, SUBMISSIONS_FILE));
  const sender = createSender({ chainId: chain.id, maxFeePerGas, pollMilliseconds }, { ...of, records, logger });
  return { sender, wallet: sendingWallet(sender, of) };
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
