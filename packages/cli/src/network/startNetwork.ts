import { join } from "node:path";
import { type Application, blockSizes } from "@frond/language";
import { type FrondNode, startNode } from "@frond/node";
import type { EpochPolicy, EpochProgress, SettledEpoch } from "@frond/settlement";
import { checkNetwork, deployNetwork, identityOf, trunkOf } from "./deployNetwork.ts";
import { openLayerOne } from "./layerOneChain.ts";
import { lockDirectory } from "./lockDirectory.ts";
import { type NetworkFile, readNetworkFile, writeNetworkFile } from "./networkFile.ts";
import { createSettlementHooks } from "./settlementHooks.ts";
import { type SetUpOptions, setUp } from "./setUp.ts";

export type StartOptions = SetUpOptions & {
  readonly application: Application;
  readonly dataDirectory: string;
  readonly port: number;
  /** An L1 of one's own; otherwise a local one is started. */
  readonly l1Url?: string;
  /** Seconds between blocks of the local L1; without it each transaction is mined at once. */
  readonly l1BlockTime?: number;
  /** Milliseconds until a block is sealed. */
  readonly blockTime: number;
  readonly confirmations: number;
  readonly policy: Partial<EpochPolicy>;
  readonly onEpoch: (progress: EpochProgress) => void;
  readonly onSettled: (epoch: SettledEpoch) => void;
  readonly onFailed: (error: unknown) => void;
};

/** A network that runs in this process. */
export type RunningNetwork = {
  readonly network: NetworkFile;
  readonly node: FrondNode;
  readonly setUpSeconds: number;
  /** Ends the open epoch now. */
  closeEpoch(): Promise<void>;
  close(): Promise<void>;
};

/** Brings up everything: set-up, L1, contracts (the first time), node and settlement. What was started is stopped again if a later step fails. */
export async function startNetwork(options: StartOptions): Promise<RunningNetwork> {
  const started = Date.now();
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    closers.push(lockDirectory(options.dataDirectory));
    const ready = await setUp(options);
    closers.push(() => ready.prover.close());
    options.onProgress({ step: "L1" });
    const l1 = await openLayerOne({
      dataDirectory: options.dataDirectory,
      ...(options.l1Url === undefined ? {} : { url: options.l1Url }),
      ...(options.l1BlockTime === undefined ? {} : { blockTime: options.l1BlockTime }),
    });
    closers.push(() => l1.stop());
    const { application, cacheDirectory } = options;
    const parts = { application, circuits: ready.circuits, prover: ready.prover, l1 };
    let network = readNetworkFile(options.dataDirectory);
    const rpcUrl = `http://127.0.0.1:${options.port}`;
    if (network === undefined) {
      options.onProgress({ step: "contracts" });
      network = await deployNetwork({ ...parts, cacheDirectory, rpcUrl });
    } else {
      await checkNetwork(network, parts);
    }
    network = { ...network, l1Url: l1.url };
    writeNetworkFile(options.dataDirectory, network);
    options.onProgress({ step: "node" });
    const hooks = createSettlementHooks({
      ...parts,
      network,
      confirmations: options.confirmations,
      policy: options.policy,
      onProgress: options.onEpoch,
      onSettled: options.onSettled,
      onFailed: options.onFailed,
    });
    const genesis = trunkOf(identityOf(network), application, ready.circuits);
    const node = await startNode(
      {
        program: application.program,
        layer: {
          layerId: genesis.record.layerId,
          config: genesis.config,
          chainId: BigInt(network.chainId),
          settlement: network.settlement,
        },
        sizes: blockSizes,
        sequencerSecret: BigInt(network.sequencerSecret),
        blockTime: options.blockTime,
        dataDirectory: join(options.dataDirectory, "layer"),
        rpc: { host: "127.0.0.1", port: options.port },
        hooks: [hooks],
      },
      { logger: options.logger },
    );
    closers.push(() => node.close());
    network = { ...network, rpcUrl: node.url };
    writeNetworkFile(options.dataDirectory, network);
    return { network, node, setUpSeconds: (Date.now() - started) / 1_000, closeEpoch: hooks.closeEpoch, close };
  } catch (error) {
    await close();
    throw error;
  }
}
