import { join } from "node:path";
import { createClosing, type Field, fieldToHex, type Logger } from "@frond/foundation";
import { coordinatorMethods, startCoordinatorServer } from "@frond/node";
import type { PreparedCircuit } from "@frond/prover";
import {
  type AggregateCosts,
  type Coordinator,
  createCoordinator,
  createLayerOne,
  type EpochPolicy,
  type EpochProgress,
  type SettledEpoch,
  serveLayers,
} from "@frond/settlement";
import { openTables } from "@frond/store";
import type { NetworkConfig } from "../config/types.ts";
import { type CircuitsOfLayers, checkTree, deployTree, genesisOfTree, networkLayerOf } from "./deployTree.ts";
import { knownLayerOf, type LayerFile, layerDirectory, writeLayerFile } from "./layerFile.ts";
import { type LayerOneChain, openLayerOne } from "./layerOneChain.ts";
import { lockDirectory, runningOwner } from "./lockDirectory.ts";
import { type NetworkFile, readNetworkFile, writeNetworkFile } from "./networkFile.ts";
import { openProofQueue } from "./openProofQueue.ts";
import { openProver, prepareBlockCircuits, prepareTreeCircuits, type Step } from "./setUp.ts";
import { type RunningLayer, startLayerThread } from "./startLayerThread.ts";

export type StartOptions = {
  readonly config: NetworkConfig;
  readonly referenceString: "development" | "ignition";
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  /** Where everything listens. */
  readonly host: string;
  /** Of the coordinator; 0 takes a free one. */
  readonly coordinatorPort: number;
  /** Of the trunk, where the configuration names none; 0 takes a free one. */
  readonly port: number;
  /** Layers that run as processes of their own. */
  readonly without: readonly string[];
  /** An L1 of one's own; otherwise a local one is started. */
  readonly l1Url?: string;
  /** Seconds between blocks of the local L1; without it each transaction is mined at once. */
  readonly l1BlockTime?: number;
  readonly confirmations: number;
  readonly policy: Partial<EpochPolicy>;
  readonly debug: boolean;
  readonly logger: Logger;
  readonly onProgress: (progress: Step) => void;
  readonly onEpoch: (progress: EpochProgress) => void;
  readonly onSettled: (epoch: SettledEpoch) => void;
  readonly onFailed: (error: unknown) => void;
};

/** A network that runs in this process. */
export type RunningNetwork = {
  readonly network: NetworkFile;
  readonly coordinator: Coordinator;
  readonly layers: readonly RunningLayer[];
  readonly setUpSeconds: number;
  /** Bytes at the peak, summed over the processes that prove. */
  proverPeakBytes(): number;
  close(): Promise<void>;
};

/** Seconds an aggregate of each width takes; only the proportion counts (docs/benchmarks.md). */
export const AGGREGATE_COSTS: AggregateCosts = new Map([
  [1, 9],
  [2, 18],
  [4, 37],
]);

/**
 * Brings up everything: set-up, L1, contracts (the first time), coordinator and layers. What was started is stopped
 * again if a later step fails.
 */
export async function startNetwork(options: StartOptions): Promise<RunningNetwork> {
  const started = Date.now();
  const { config, dataDirectory, cacheDirectory, logger, onProgress } = options;
  const closing = createClosing();
  try {
    closing.add(lockDirectory(dataDirectory));
    const { prover } = await openProver(options);
    closing.add(() => prover.close());
    const onStep = (step: string) => onProgress({ step });
    const circuits: CircuitsOfLayers = new Map(
      await inTurn(
        config.layers,
        async (layer) => [layer.name, await prepareBlockCircuits(prover, layer, onStep)] as const,
      ),
    );
    const treeCircuits = await prepareTreeCircuits(prover, onStep);

    onProgress({ step: "L1" });
    const l1 = await openLayerOne({
      dataDirectory,
      confirmations: options.confirmations,
      allowedOrigins: config.allowedOrigins,
      logger,
      ...(options.l1Url === undefined ? {} : { url: options.l1Url }),
      ...(options.l1BlockTime === undefined ? {} : { blockTime: options.l1BlockTime }),
    });
    closing.add(() => l1.stop());
    const parts = { config, circuits, treeCircuits, prover, l1, cacheDirectory, dataDirectory };
    const { network: found, genesis, added } = await networkOf(parts, onProgress);

    const here = [...genesis, ...added].filter(
      ({ name }) => !options.without.includes(name) && !isRunElsewhere(dataDirectory, name, logger),
    );

    onProgress({ step: "coordinator" });
    const known = new Map<string, PreparedCircuit>();
    for (const prepared of [...circuits.values()].flatMap((blocks) => [...blocks.values()]))
      known.set(circuitName(prepared.digest, prepared.key.hash), prepared);
    const queue = await openProofQueue({ proving: config.proving, prover, cacheDirectory, dataDirectory, logger });
    closing.add(() => queue.close());
    const tables = openTables({ path: join(dataDirectory, "coordinator") });
    closing.add(() => tables.close());
    const coordinator = createCoordinator(
      {
        layers: genesis.map(knownLayerOf),
        genesis: genesisOfTree(genesis),
        settlement: found.settlement,
        circuits: treeCircuits,
        costs: AGGREGATE_COSTS,
        policy: options.policy,
        startedHere: here.map((layer) => knownLayerOf(layer).layerId),
        pollInterval: l1.isLocal ? 250 : 4_000,
      },
      {
        tables,
        layerOne: layerOneOf(found, l1),
        prover: queue.prover,
        circuitOf: ({ digest, keyHash }) => known.get(circuitName(digest, keyHash)),
        addCircuit: async (packed) => {
          const prepared = await queue.addCircuit(packed);
          known.set(circuitName(prepared.digest, prepared.key.hash), prepared);
          return prepared;
        },
        logger,
        onProgress: options.onEpoch,
        onSettled: options.onSettled,
        onFailed: options.onFailed,
      },
    );
    const layerServer = serveLayers(coordinator);
    const server = await startCoordinatorServer(
      {
        host: options.host,
        port: options.coordinatorPort,
        allowedOrigins: config.allowedOrigins,
        allowedHosts: config.allowedHosts,
        methods: coordinatorMethods(coordinator, {
          chainId: BigInt(found.chainId),
          settlement: found.settlement,
          l1Url: l1.url,
        }),
        layers: layerServer.upgrade,
        metrics: () => metricsOf(coordinator),
      },
      { logger },
    );
    closing.add(async () => {
      await layerServer.close();
      await server.close();
    });
    await coordinator.start();
    closing.add(() => coordinator.close());

    let network: NetworkFile = { ...found, l1Url: l1.url, coordinatorUrl: server.url };
    writeNetworkFile(dataDirectory, network);
    onProgress({ step: "layers" });
    const layers = await Promise.all(
      here.map(async (layer) => {
        closing.add(lockDirectory(layerDirectory(dataDirectory, layer.name)));
        const running = await startLayerThread(
          {
            layer,
            dataDirectory,
            coordinatorUrl: server.url,
            host: options.host,
            allowedOrigins: config.allowedOrigins,
            allowedHosts: config.allowedHosts,
            debug: options.debug,
            ...(layer.parent === null && layer.port === 0 ? { port: options.port } : {}),
          },
          { logger, onFailed: options.onFailed },
        );
        closing.add(() => running.close());
        return running;
      }),
    );
    const urls = new Map(layers.map(({ name, url }) => [name, url]));
    network = {
      ...network,
      layers: network.layers.map((layer) => ({ ...layer, url: urls.get(layer.name) ?? layer.url })),
    };
    writeNetworkFile(dataDirectory, network);
    return {
      network,
      coordinator,
      layers,
      setUpSeconds: (Date.now() - started) / 1_000,
      proverPeakBytes: queue.peakBytes,
      close: closing.close,
    };
  } catch (error) {
    await closing.close().catch(() => {});
    throw error;
  }
}

/**
 * One program can be keyed in several ways, and whoever uploads a circuit may lie about the key: it must not stand in
 * the place of another.
 */
function circuitName(digest: string, keyHash: Field): string {
  return `${digest}/${fieldToHex(keyHash)}`;
}

/** A layer that another process runs is left to it. */
function isRunElsewhere(dataDirectory: string, name: string, logger: Logger): boolean {
  const owner = runningOwner(layerDirectory(dataDirectory, name));
  if (owner !== undefined) logger.info(`Layer ${name} runs in process ${owner}`);
  return owner !== undefined;
}

type Parts = Parameters<typeof deployTree>[0] & { readonly dataDirectory: string };

/** The network of the data directory, checked; or a new one. */
async function networkOf(
  parts: Parts,
  onProgress: (step: Step) => void,
): Promise<{ network: NetworkFile; genesis: LayerFile[]; added: LayerFile[] }> {
  const { dataDirectory } = parts;
  const known = readNetworkFile(dataDirectory);
  if (known !== undefined) {
    const { layers, added } = await checkTree(known, parts);
    for (const layer of layers) writeLayerFile(dataDirectory, layer);
    return { network: { ...known, layers: [...layers, ...added].map(networkLayerOf) }, genesis: layers, added };
  }
  onProgress({ step: "contracts" });
  const { network, layers } = await deployTree(parts);
  await parts.l1.safeBlock(); // a file that names contracts which a killed L1 forgot would be of no use
  for (const layer of layers) writeLayerFile(dataDirectory, layer);
  writeNetworkFile(dataDirectory, network);
  return { network, genesis: layers, added: [] };
}

function layerOneOf(network: NetworkFile, l1: LayerOneChain) {
  return createLayerOne({
    publicClient: l1.publicClient,
    wallet: l1.wallet,
    settlement: network.settlement,
    verifier: network.verifier,
    deploymentBlock: BigInt(network.deploymentBlock),
    safeBlock: () => l1.safeBlock(),
  });
}

function metricsOf(coordinator: Coordinator): Record<string, number> {
  const { epoch, layers, queue } = coordinator.network();
  return {
    coordinator_epoch: epoch.open,
    coordinator_settled_epoch: epoch.settled,
    coordinator_layers: layers.length,
    coordinator_layers_online: layers.filter(({ status }) => status === "online").length,
    coordinator_messages_in_flight: layers.reduce((sum, layer) => sum + layer.messagesInFlight, 0) / 2,
    proof_jobs_waiting: queue.waiting,
    proof_jobs_running: queue.running,
    proof_jobs_failed: queue.failed,
    proof_workers: queue.workers,
  };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
