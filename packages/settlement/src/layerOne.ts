import { getDeposits, getEpochs, readSettled, settleEpoch, type Wallet } from "@frond/contracts";
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
  /** Blocks on top of a deposit before it is believed. */
  readonly confirmations: number;
};

/** Settlement's view of a real L1, by viem. */
export function createLayerOne(options: LayerOneOptions): LayerOne {
  const { publicClient, settlement } = options;
  const query = { publicClient, settlement, confirmations: options.confirmations };
  let nextBlock = options.deploymentBlock;
  let seen: Deposit[] = [];
  return {
    async state() {
      const { root, epoch } = await readSettled({ publicClient, settlement });
      return { root, epoch: Number(epoch) };
    },
    async deposits(fromId) {
      const page = await getDeposits({ ...query, fromBlock: nextBlock });
      nextBlock = page.nextBlock;
      const found = page.events.map(({ block: _, ...deposit }) => ({
        ...deposit,
        id: Number(deposit.id),
        asset: Number(deposit.asset),
      }));
      seen = [...seen, ...found].filter(({ id }) => id >= fromId);
      return seen;
    },
    async settle(settling) {
      const { hash } = await settleEpoch(
        { wallet: options.wallet, publicClient, settlement },
        {
          rootOut: settling.rootOut,
          commitment: settling.commitment,
          words: settling.words,
          depositIds: settling.depositIds.map(BigInt),
          proof: bytesToHex(settling.proof),
        },
      );
      return await costsOf(options, hash);
    },
    async settledEpoch(epoch) {
      const { events } = await getEpochs({ publicClient, settlement, fromBlock: options.deploymentBlock });
      const event = events.find((candidate) => Number(candidate.epoch) === epoch);
      return event === undefined ? undefined : await costsOf(options, event.transaction);
    },
  };
}

async function costsOf(options: LayerOneOptions, hash: Hex): Promise<SettledOnLayerOne> {
  const receipt = await options.publicClient.getTransactionReceipt({ hash });
  return { hash, gasUsed: receipt.gasUsed, verifierGas: await verifierGasOf(options, hash) };
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
