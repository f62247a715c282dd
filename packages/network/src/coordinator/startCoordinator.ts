import { join } from "node:path";
import { genesisOfTree } from "@frond/circuits";
import { explorerPages } from "@frond/explorer";
import { keptBlobs } from "@frond/follower";
import { type Field, fieldToHex, type Logger, type Tracer } from "@frond/foundation";
import { openTracer } from "@frond/foundation/node";
import { coordinatorMethods, type ReadLayerOne, startCoordinatorServer } from "@frond/node";
import type { PreparedCircuit, Prover } from "@frond/prover";
import {
  type AggregateCosts,
  type Coordinator,
  createCoordinator,
  createLayerOne,
  type EpochCircuits,
  type EpochPolicy,
  type EpochProgress,
  type KnownLayer,
  type LayerOne,
  type SettledEpoch,
  serveLayers,
} from "@frond/settlement";
import { openTables } from "@frond/store";
import type { NetworkConfig } from "../configuration/types.ts";
import type { CircuitsOfLayers } from "../deploy/describeTree.ts";
import { knownLayerOf, type LayerFile } from "../directory/layerFile.ts";
import { BLOBS_DIRECTORY } from "../directory/networkEntries.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import { blobSources } from "../layerOne/blobSources.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";
import { createPromiseReader, type LayerPromises } from "../promises/readPromises.ts";
import { type OpenQueue, openProofQueue, type ProvenJob } from "../proving/openProofQueue.ts";
import type { OnClose } from "../start/closers.ts";
import { fileAtGenesis } from "../upgrade/takeUpgrade.ts";

/** Seconds an aggregate of each width takes; only the proportion counts (docs/benchmarks.md). */
const AGGREGATE_COSTS: AggregateCosts = new Map([
  [1, 9],
  [2, 18],
  [4, 37],
]);

/** Milliseconds between looks at L1. */
const LOCAL_POLL_MILLISECONDS = 250;
const REMOTE_POLL_MILLISECONDS = 4_000;

export type StartCoordinatorOptions = {
  readonly proving: NetworkConfig["proving"];
  readonly cacheDirectory: string;
  readonly dataDirectory: string;
  /** Beacon nodes that have the blobs of epochs that somebody else settled. */
  readonly beaconUrls?: readonly string[];
  /** Followers that have those that beacon nodes have dropped. */
  readonly followerUrls?: readonly string[];
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** 0 takes a free one. */
  readonly coordinatorPort: number;
  readonly policy: Partial<EpochPolicy>;
  readonly logger: Logger;
  readonly onEpoch: (progress: EpochProgress) => void;
  readonly onSettled: (epoch: SettledEpoch) => void;
  readonly onFailed: (error: unknown) => void;
  /** Names of layers of this process that have failed for good. */
  readonly failedLayers: () => readonly string[];
  readonly onProven?: (job: ProvenJob) => void;
  readonly openQueue?: OpenQueue;
};

type Queue = Awaited<ReturnType<OpenQueue>>;
type CircuitReference = { readonly digest: string; readonly keyHash: Field };

/** What the coordinator stands on. */
export type CoordinatorGround = {
  readonly deployment: {
    readonly network: NetworkFile;
    readonly genesis: readonly KnownLayer[];
    /** The layers whose files are here: none of a network that was deployed elsewhere. */
    readonly files: readonly LayerFile[];
  };
  readonly prover: Prover;
  readonly circuits: CircuitsOfLayers;
  readonly treeCircuits: EpochCircuits;
  readonly l1: LayerOneChain;
  /** The layers that this process is about to start. */
  readonly here: readonly LayerFile[];
};

export type RunningCoordinator = {
  readonly coordinator: Coordinator;
  /** `http://host:port` */
  readonly url: string;
  /** Bytes at the peak, summed over the processes that prove. */
  proverPeakBytes(): number;
};

/** Opens the proof queue and the coordinator's tables, starts the coordinator, and serves it to layers and clients. */
export async function startCoordinator(
  ground: CoordinatorGround,
  options: StartCoordinatorOptions,
  onClose: OnClose,
): Promise<RunningCoordinator> {
  const { l1, prover } = ground;
  const { network } = ground.deployment;
  const tracer = await openTracer({ part: "coordinator", logger: options.logger });
  onClose(() => tracer.close());
  const queue = await (options.openQueue ?? openProofQueue)({ ...options, prover, tracer });
  onClose(() => queue.close());
  let hasFailed = false;
  const onFailed = (error: unknown) => {
    hasFailed = true;
    options.onFailed(error);
  };
  const coordinator = openCoordinator(ground, queue, { ...options, onFailed, tracer }, onClose);
  const layerServer = serveLayers(coordinator);
  const server = await startCoordinatorServer(
    {
      host: options.host,
      port: options.coordinatorPort,
      allowedOrigins: options.allowedOrigins,
      allowedHosts: options.allowedHosts,
      methods: coordinatorMethods(
        coordinator,
        { chainId: BigInt(network.chainId), settlement: network.settlement, l1Url: l1.url },
        { promisesOf: promisesOf(coordinator, ground), ...readerOf(ground) },
      ),
      pageAt: explorerPages(() => [...coordinator.layers().map((layer) => layer.url), ...l1Of(ground)]),
      layers: layerServer.upgrade,
      metrics: () => metricsOf(coordinator),
      failed: () => [...(hasFailed ? ["coordinator"] : []), ...options.failedLayers()],
    },
    { logger: options.logger },
  );
  onClose(async () => {
    await layerServer.close();
    await server.close();
  });
  await coordinator.start();
  onClose(() => coordinator.close());
  return { coordinator, url: server.url, proverPeakBytes: queue.peakBytes };
}

/**
 * Reads the local L1 for the explorer's page: it lets in one origin only, which may be another page's. Any other L1
 * the page asks itself.
 */
function readerOf({ l1, deployment: { network } }: CoordinatorGround): { readonly readLayerOne?: ReadLayerOne } {
  if (!network.isLocal) return {};
  return { readLayerOne: (reading) => l1.publicClient.request(reading as never) };
}

/** The addresses of an L1 that the page asks itself. */
function l1Of({ l1, deployment: { network } }: CoordinatorGround): readonly string[] {
  return network.isLocal ? [] : l1.url.split(",");
}

/** What a layer of the tree promises; the sizes of committees are known of layers whose files are here. */
function promisesOf(coordinator: Coordinator, { deployment, l1 }: CoordinatorGround) {
  const { network } = deployment;
  const { publicClient } = l1;
  const { settlement } = network;
  const deploymentBlock = BigInt(network.deploymentBlock);
  const promisesOfLayer = createPromiseReader({ publicClient, settlement, deploymentBlock });
  const files = new Map(deployment.files.map((file) => [file.layerId, file]));
  return async (layerId: Field): Promise<LayerPromises | undefined> => {
    const layer = coordinator.settledLayer(layerId);
    if (layer === undefined) return undefined;
    const { config, record } = layer;
    const members = files.get(layerId)?.committee?.members.length;
    return await promisesOfLayer({ config, record, ...(members === undefined ? {} : { members }) });
  };
}

/** The coordinator over its tables, before it is started. */
function openCoordinator(
  { deployment: { network, genesis }, circuits, treeCircuits, l1, here }: CoordinatorGround,
  queue: Queue,
  options: StartCoordinatorOptions & { readonly tracer: Tracer },
  onClose: OnClose,
): Coordinator {
  const tables = openTables({ path: join(options.dataDirectory, "coordinator") });
  onClose(() => tables.close());
  return createCoordinator(
    {
      layers: genesis.map(knownLayerOf),
      genesis: genesisOfTree(genesis.map((layer) => fileAtGenesis(options.dataDirectory, layer))),
      settlement: network.settlement,
      circuits: treeCircuits,
      costs: AGGREGATE_COSTS,
      policy: options.policy,
      startedHere: here.map(({ layerId }) => layerId),
      pollMilliseconds: l1.isLocal ? LOCAL_POLL_MILLISECONDS : REMOTE_POLL_MILLISECONDS,
    },
    {
      tables,
      layerOne: layerOneOf(network, l1, options),
      prover: queue.prover,
      ...blockCircuitsOf(circuits, queue),
      logger: options.logger,
      tracer: options.tracer,
      onProgress: options.onEpoch,
      onSettled: options.onSettled,
      onFailed: options.onFailed,
    },
  );
}

/** The circuits of blocks: those of the layers that were configured, and those that layers upload. */
function blockCircuitsOf(circuits: CircuitsOfLayers, queue: Queue) {
  const nameOf = ({ digest, key }: PreparedCircuit) => circuitName(digest, key.hash);
  const configured = new Map<string, PreparedCircuit>();
  for (const { blocks } of circuits.values())
    for (const circuit of blocks.values()) configured.set(nameOf(circuit), circuit);
  const uploaded = new Map<string, PreparedCircuit>();
  return {
    circuitOf({ digest, keyHash }: CircuitReference) {
      const name = circuitName(digest, keyHash);
      return configured.get(name) ?? uploaded.get(name);
    },
    async addCircuit(packed: Uint8Array, digest: string): Promise<PreparedCircuit> {
      const circuit = await queue.addCircuit(packed, digest);
      uploaded.set(nameOf(circuit), circuit);
      return circuit;
    },
    async forgetCircuit({ digest, keyHash }: CircuitReference): Promise<void> {
      const name = circuitName(digest, keyHash);
      const circuit = uploaded.get(name);
      if (circuit === undefined) return;
      uploaded.delete(name);
      if (!configured.has(name)) await queue.forgetCircuit(circuit);
    },
  };
}

/**
 * One program can be keyed in several ways, and whoever uploads a circuit may lie about the key: it must not stand in
 * the place of another.
 */
function circuitName(digest: string, keyHash: Field): string {
  return `${digest}/${fieldToHex(keyHash)}`;
}

function layerOneOf(
  network: NetworkFile,
  l1: LayerOneChain,
  {
    dataDirectory,
    beaconUrls,
    followerUrls,
  }: Pick<StartCoordinatorOptions, "dataDirectory" | "beaconUrls" | "followerUrls">,
): LayerOne {
  return createLayerOne({
    publicClient: l1.publicClient,
    sender: l1.sender,
    settlement: network.settlement,
    verifier: network.verifier,
    deploymentBlock: BigInt(network.deploymentBlock),
    safeBlock: () => l1.safeBlock(),
    blobs: {
      kept: keptBlobs(join(dataDirectory, BLOBS_DIRECTORY)),
      sources: blobSources(l1.publicClient, { isLocal: network.isLocal, beaconUrls, followerUrls }),
    },
  });
}

/** The numbers that `/metrics` of a coordinator has beside those of its server. */
export function metricsOf(coordinator: Pick<Coordinator, "network">): Record<string, number> {
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
