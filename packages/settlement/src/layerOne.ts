import { getDeposits, getEpochs, readSettled, settleEpoch, untilSafe, type Wallet } from "@frond/contracts";
import { packDepositReference } from "@frond/protocol";
import { type Address, bytesToHex, type Hex, type PublicClient } from "viem";
import type { Deposit, LayerOne, SettledOnLayerOne } from "./types.ts";

export type LayerOneOptions = {
  readonly publicClient: PublicClient;
  /** Pays for settling. */
  readonly wallet: Wallet;
  readonly settlement: Address;
  readonly verifier: Address;
  /** The block of the contract's creation: where following starts. */
  readonly deploymentBlock: bigint;
  /**
   * The number of the last confirmed block. A younger block may be undone: by a reorganisation, or on a local L1 by
   * `kill -9`.
   */
  readonly safeBlock: () => Promise<bigint>;
};

/** Settlement's view of a real L1, by viem. */
export function createLayerOne(options: LayerOneOptions): LayerOne {
  const { publicClient, settlement } = options;
  let nextBlock = options.deploymentBlock;
  let seen: Deposit[] = [];
  return {
    async state() {
      const { root, epoch, settledUntil } = await readSettled({ publicClient, settlement });
      return { root, epoch: Number(epoch), settledUntil: Number(settledUntil) };
    },
    async time() {
      const { timestamp } = await publicClient.getBlock({ blockTag: "pending" });
      return Number(timestamp) * 1_000;
    },
    async deposits(fromId) {
      const page = await getDeposits({
        publicClient,
        settlement,
        fromBlock: nextBlock,
        lastBlock: await options.safeBlock(),
      });
      nextBlock = page.nextBlock;
      const found = page.events.map(({ block: _, ...deposit }) => ({
        ...deposit,
        id: Number(deposit.id),
        asset: Number(deposit.asset),
        expiry: Number(deposit.expiry),
        depositor: BigInt(deposit.depositor),
      }));
      seen = [...seen, ...found].filter(({ id }) => id >= fromId);
      return seen;
    },
    async settle(settling) {
      const { hash } = await settleEpoch(
        { wallet: options.wallet, publicClient, settlement },
        {
          rootOut: settling.rootOut,
          until: BigInt(settling.until),
          commitment: settling.commitment,
          words: settling.words,
          deposits: settling.deposits.map(packDepositReference),
          proof: bytesToHex(settling.proof),
        },
      );
      return await settledBy(options, hash);
    },
    async settledEpoch(epoch) {
      const { events } = await getEpochs({ publicClient, settlement, fromBlock: options.deploymentBlock });
      const event = events.find((candidate) => Number(candidate.epoch) === epoch);
      return event === undefined ? undefined : await settledBy(options, event.transaction);
    },
  };
}

/** Resolves when the block of a settle transaction is safe; rejects if it is undone meanwhile. */
async function settledBy(options: LayerOneOptions, hash: Hex): Promise<SettledOnLayerOne> {
  const { gasUsed } = await untilSafe(options, { hash, safeBlock: options.safeBlock });
  return { hash, gasUsed, verifierGas: await verifierGasOf(options, hash) };
}

type Call = { readonly to?: string; readonly input: Hex; readonly gasUsed: Hex; readonly calls?: readonly Call[] };

/** Gas of the verifier's call inside a settle transaction, from a trace; 0 where the node offers none. */
async function verifierGasOf({ publicClient, verifier }: LayerOneOptions, hash: Hex): Promise<bigint> {
  try {
    const trace = (await publicClient.request({
      method: "debug_traceTransaction",
      params: [hash, { tracer: "callTracer" }],
    } as never)) as Call;
    const call = trace.calls?.find(({ to }) => to?.toLowerCase() === verifier.toLowerCase());
    return BigInt(call?.gasUsed ?? 0);
  } catch {
    // Public nodes rarely trace; the figure is for people only.
    return 0n;
  }
}
