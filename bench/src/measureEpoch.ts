import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveNetwork, startNetwork } from "@frond/cli";
import { decodeSettle, depositEther, depositToken, testTokenAbi } from "@frond/contracts";
import { silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { blockSizes } from "@frond/language";
import type { SettledEpoch } from "@frond/settlement";
import { createPublicClient, createWalletClient, type Hex, http, type PublicClient } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { requestOf, submitSwaps } from "./submitSwaps.ts";
import { createTraders } from "./traders.ts";

/** An epoch of the exchange that was proven and settled on a local L1 by the code that `frond start` runs. */
export type MeasuredEpoch = {
  readonly settled: SettledEpoch;
  /** From the first block sealed, when its proof can begin, to the settlement proof. */
  readonly provenAfterSeconds: number;
  /** Of the settle transaction. */
  readonly input: Hex;
  readonly words: number;
};

const TRADERS = 4;
const SWAPS = 300;
const MNEMONIC = "test test test test test test test test test test test junk";

/** One connection speaks for all traders here. */
const LIMITS = { accountRate: 1_000_000, accountBurst: 1_000_000 };

const lastDeposit = async (url: string): Promise<number> => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status", params: {} });
  const answer = (await (
    await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body })
  ).json()) as { result: { deposit: number | null } };
  return answer.result.deposit ?? -1;
};

let measured: Promise<MeasuredEpoch> | undefined;

/** Settles one epoch of a full block of 256 swaps and what is left of 300; done once however often it is asked for. */
export const measureEpoch = (progress: (text: string) => void): Promise<MeasuredEpoch> => {
  measured ??= settleOneEpoch(progress);
  return measured;
};

const settleOneEpoch = async (progress: (text: string) => void): Promise<MeasuredEpoch> => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "frond-bench-"));
  let provenAt = 0;
  let finish!: (settled: SettledEpoch) => void;
  let fail!: (error: unknown) => void;
  const settling = new Promise<SettledEpoch>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  settling.catch(() => {});
  try {
    const running = await startNetwork({
      config: await resolveNetwork(
        // Blocks are cut by size, and at the end of the epoch.
        { layers: { exchange: { application: "exchange", sizes: blockSizes, slotTime: 3_600_000, limits: LIMITS } } },
        { name: "the benchmark's network", directory: dataDirectory },
      ),
      referenceString: "development",
      cacheDirectory: defaultCacheDirectory(),
      dataDirectory,
      host: "127.0.0.1",
      port: 0,
      coordinatorPort: 0,
      without: [],
      debug: false,
      confirmations: 0,
      policy: { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY },
      logger: silentLogger,
      onProgress: ({ step }) => progress(step),
      onEpoch: ({ stage, done, total }) => {
        if (stage === "submitting") provenAt ||= performance.now();
        progress(`${stage} ${done}/${total}`);
      },
      onSettled: finish,
      onFailed: fail,
    });
    try {
      const { network, layers, coordinator } = running;
      const url = layers[0]!.url;
      const layerId = BigInt(network.layers[0]!.layerId);
      const transport = http(network.l1Url);
      const publicClient = createPublicClient({ chain: foundry, transport, pollingInterval: 50 }) as PublicClient;
      const wallet = createWalletClient({
        account: mnemonicToAccount(MNEMONIC, { addressIndex: 1 }),
        chain: foundry,
        transport,
      });
      const traders = createTraders(layerId, TRADERS, 10n ** 19n);
      const l1 = { wallet, publicClient, settlement: network.settlement };
      const mint = await wallet.writeContract({
        address: network.quoteToken,
        abi: testTokenAbi,
        functionName: "mint",
        args: [wallet.account.address, 10n ** 24n],
      });
      await publicClient.waitForTransactionReceipt({ hash: mint });
      for (const { asset, amount, recipient } of traders.deposits) {
        const deposit = { layer: layerId, recipient, amount };
        if (asset === 1) await depositEther(l1, deposit);
        else await depositToken(l1, { ...deposit, token: network.quoteToken });
      }
      // One more than those: the deposit that registered the token.
      while ((await lastDeposit(url)) < traders.deposits.length) await new Promise((done) => setTimeout(done, 50));
      const requests = [traders.addLiquidity(), ...traders.swaps(SWAPS)].map(requestOf);
      const begun = performance.now();
      await submitSwaps(url, requests, { inFlight: 64 });
      while (coordinator.network().layers.every(({ blocksSealed }) => blocksSealed === 0))
        await new Promise((done) => setTimeout(done, 20));
      await coordinator.endEpoch();
      const settled = await settling;
      const { input } = await publicClient.getTransaction({ hash: settled.l1Transaction as Hex });
      return {
        settled,
        provenAfterSeconds: (provenAt - begun) / 1000,
        input,
        words: decodeSettle(input).words.length,
      };
    } finally {
      await running.close();
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
};
