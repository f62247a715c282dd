import { decodeSettle, depositEther, depositToken, testTokenAbi } from "@frond/contracts";
import { blockSizes } from "@frond/language";
import { endEpoch, localAccount, walletAt } from "@frond/network";
import type { SettledEpoch } from "@frond/settlement";
import { createPublicClient, type Hex, http, type PublicClient } from "viem";
import { foundry } from "viem/chains";
import { depositHandled } from "./depositHandled.ts";
import type { Form } from "./report.ts";
import { requestOf, submitSwaps } from "./submitSwaps.ts";
import { createTraders, type Traders } from "./traders.ts";
import { type BenchNetwork, withNetwork } from "./withNetwork.ts";

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
const SWAPS = { full: 300, small: 5 };
/** Of each asset in the pool, small enough for the ether of a local account. */
const RESERVE = 10n ** 19n;

/** One connection speaks for all traders here. */
const LIMITS = { accountRate: 1_000_000, accountBurst: 1_000_000 };

/** Blocks are cut by size, and at the end of the epoch. */
const NETWORK = {
  layers: { exchange: { application: "exchange", sizes: blockSizes, blockMilliseconds: 3_600_000, limits: LIMITS } },
};

const measured = new Map<Form, Promise<MeasuredEpoch>>();

/**
 * Settles one epoch of a full block of 256 swaps and what is left of 300, in the small form of a few without a proof;
 * done once however often it is asked for.
 */
export function measureEpoch(progress: (text: string) => void, form: Form): Promise<MeasuredEpoch> {
  const epoch = measured.get(form) ?? settleOneEpoch(progress, form);
  measured.set(form, epoch);
  return epoch;
}

function settleOneEpoch(progress: (text: string) => void, form: Form): Promise<MeasuredEpoch> {
  let provenAt = 0;
  const onEpoch = ({ stage, done, total }: { stage: string; done: number; total: number }) => {
    if (stage === "submitting") provenAt ||= performance.now();
    progress(`${stage} ${done}/${total}`);
  };
  return withNetwork(
    NETWORK,
    { progress, onEpoch, isProven: form === "full" },
    async ({ running, settled: settling }) => {
      const { network, layers } = running;
      const { url } = layers[0]!;
      const traders = createTraders(BigInt(network.layers[0]!.layerId), TRADERS, RESERVE);
      const publicClient = createPublicClient({
        chain: foundry,
        transport: http(network.l1Url),
        pollingInterval: 50,
      }) as PublicClient;
      await depositFor(traders, { network, publicClient, url });
      const requests = [traders.addLiquidity(), ...traders.swaps(SWAPS[form])].map(requestOf);
      const begun = performance.now();
      await submitSwaps(url, requests, { inFlight: 64 });
      await endEpoch(running);
      const settled = await settling;
      const { input } = await publicClient.getTransaction({ hash: settled.l1Transaction as Hex });
      return {
        settled,
        provenAfterSeconds: (provenAt - begun) / 1000,
        input,
        words: decodeSettle(input).words.length,
      };
    },
  );
}

/** Makes the traders' deposits on L1, and waits until the layer has handled them. */
async function depositFor(
  traders: Traders,
  {
    network,
    publicClient,
    url,
  }: { network: BenchNetwork["running"]["network"]; publicClient: PublicClient; url: string },
): Promise<void> {
  const wallet = await walletAt(network.l1Url, localAccount(1));
  const l1 = { wallet, publicClient, settlement: network.settlement };
  const mint = await wallet.writeContract({
    address: network.tokens[0]!.address,
    abi: testTokenAbi,
    functionName: "mint",
    args: [wallet.account.address, 10n ** 24n],
  });
  await publicClient.waitForTransactionReceipt({ hash: mint });
  let id = 0n;
  for (const { to, asset, amount, recipient } of traders.deposits) {
    const deposit = { layer: to, recipient, amount };
    if (asset === 1) ({ id } = await depositEther(l1, deposit));
    else ({ id } = await depositToken(l1, { ...deposit, token: network.tokens[0]!.address }));
  }
  await depositHandled(url, { id: Number(id), depositor: BigInt(wallet.account.address) });
}
