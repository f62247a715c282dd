import { join } from "node:path";
import { getUpgraded } from "@frond/contracts";
import {
  createClosing,
  endsWithin,
  type Field,
  type FrondError,
  type Logger,
  NotInTimeError,
  until,
} from "@frond/foundation";
import type { Coordinator, EpochPolicy, EpochProgress, SettledEpoch } from "@frond/settlement";
import { requireSoundStore } from "@frond/store";
import { requireSameApplication } from "../applications/requireSameApplication.ts";
import type { NetworkConfig } from "../configuration/types.ts";
import { type CoordinatorGround, startCoordinator } from "../coordinator/startCoordinator.ts";
import { checkLayerOne } from "../deploy/checkLayerOne.ts";
import type { CircuitsOfLayers } from "../deploy/describeTree.ts";
import { findOrDeploy } from "../deploy/findOrDeploy.ts";
import { layerNames } from "../directory/layerFile.ts";
import { lockDirectory } from "../directory/lockDirectory.ts";
import { type NetworkFile, readNetworkFile, updateNetworkFile, writeNetworkFile } from "../directory/networkFile.ts";
import { requireUnused } from "../directory/requireUnused.ts";
import { requireWritable } from "../directory/requireWritable.ts";
import { type LayerCrashedError, LayerStoppedError } from "../errors.ts";
import { type LayerOneChain, openLayerOne } from "../layerOne/openLayerOne.ts";
import type { ObservedCall } from "../layers/observeCalls.ts";
import { soundLayers } from "../layers/soundLayers.ts";
import type { RunningLayer } from "../layers/startLayerProcess.ts";
import { isRunElsewhere, startLayers } from "../layers/startLayers.ts";
import { openCommittees } from "../members/openCommittees.ts";
import { startLocalMembers } from "../members/startLocalMembers.ts";
import type { OpenQueue, ProvenJob } from "../proving/openProofQueue.ts";
import { openProver, type Step } from "../proving/openProver.ts";
import { prepareLayerCircuits, prepareTreeCircuits } from "../proving/prepareCircuits.ts";
import { takeUpgrade } from "../upgrade/takeUpgrade.ts";
import type { OnClose } from "./closers.ts";
import { requireFreePorts } from "./requireFreePorts.ts";
import { wantedPorts } from "./wantedPorts.ts";

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
  /** For so many settled epochs layers keep blocks; for ever without it. */
  readonly keepEpochs?: number;
  /** The RPC addresses of an L1 of one's own, with commas between; otherwise a local one is started. */
  readonly l1Url?: string;
  /** Beacon nodes that have the blobs of epochs that another coordinator settled. */
  readonly beaconUrls?: readonly string[];
  /** Followers that have those that beacon nodes have dropped. */
  readonly followerUrls?: readonly string[];
  /** Whoever holds the key of the account on that L1; otherwise the key is in the environment. */
  readonly l1Signer?: { readonly url: string; readonly address: `0x${string}` };
  /** What a unit of gas of L1 may cost at most, in wei. */
  readonly l1MaxFee?: bigint;
  /** Seconds between blocks of the local L1; without it each transaction is mined at once. */
  readonly l1BlockSeconds?: number;
  readonly confirmations: number;
  readonly policy: Partial<EpochPolicy>;
  readonly debug: boolean;
  readonly logger: Logger;
  readonly onProgress: (progress: Step) => void;
  readonly onEpoch: (progress: EpochProgress) => void;
  readonly onSettled: (epoch: SettledEpoch) => void;
  readonly onFailed: (error: unknown) => void;
  /** Told of a layer that is left out, because its store is damaged, or that has crashed; the others run. */
  readonly onLayerLost?: (error: FrondError) => void;
  /** Aborted when the start is given up: what has been opened is closed, and what is still being opened follows. */
  readonly signal?: AbortSignal;
  /** Told of every proof that was made, and not of one that was found again. */
  readonly onProven?: (job: ProvenJob) => void;
  /** Told when contracts and files are there, and nothing runs yet but L1. */
  readonly onDeployed?: () => void;
  /** Told of every call of a layer that is started here. */
  readonly onCall?: (layer: string, call: ObservedCall) => void;
  /** Whether nobody needs its state once it is closed: layers are then ended at once. */
  readonly isDisposable?: boolean;
  /** Opens another prover than the one that proves, with a queue of its own. */
  readonly openProver?: typeof openProver;
  /** Opens another proof queue than the one that proves: a test's, whose L1 accepts what nobody has proven. */
  readonly openQueue?: OpenQueue;
};

/** A network that runs in this process. */
export type RunningNetwork = {
  readonly network: NetworkFile;
  readonly coordinator: Coordinator;
  readonly layers: readonly RunningLayer[];
  /** Layers that are left out, because their stores are damaged. */
  readonly lostLayers: readonly string[];
  readonly setUpSeconds: number;
  /** Bytes at the peak, summed over the processes that prove. */
  proverPeakBytes(): number;
  close(): Promise<void>;
};

/**
 * Brings up everything: set-up, L1, contracts (the first time), coordinator and layers. What was started is stopped
 * again if a later step fails.
 */
export async function startNetwork(options: StartOptions): Promise<RunningNetwork> {
  const started = performance.now();
  const { dataDirectory, logger } = options;
  const closing = createClosing();
  const onClose: OnClose = closing.add;
  const { signal } = options;
  const giveUp = () => void closing.close().catch(() => {});
  signal?.addEventListener("abort", giveUp);
  try {
    requireWritable({ path: dataDirectory, what: "the data directory", option: "--data" });
    onClose(lockDirectory(dataDirectory));
    if (readNetworkFile(dataDirectory) === undefined) requireUnused(dataDirectory);
    await requireFreePorts(wantedPorts(options));
    requireWritable({ path: options.cacheDirectory, what: "the cache directory", option: "--cache" });
    const failedLayers = new Set<string>();
    const ground = await prepareGround(options, failedLayers, onClose);
    signal?.throwIfAborted();
    options.onDeployed?.();

    options.onProgress({ step: "coordinator" });
    const { proving } = options.config;
    const { coordinator, url, proverPeakBytes } = await startCoordinator(
      ground,
      { ...options, ...doorOf(options), proving, failedLayers: () => [...failedLayers] },
      onClose,
    );
    const known = { ...ground.deployment.network, l1Url: ground.l1.url, coordinatorUrl: url };
    writeNetworkFile(dataDirectory, known);

    signal?.throwIfAborted();
    options.onProgress({ step: "layers" });
    const onLayerFailed = (name: string, error: LayerStoppedError | LayerCrashedError) => {
      failedLayers.add(name);
      if (error instanceof LayerStoppedError) return options.onFailed(error);
      logger.error(error.message);
      options.onLayerLost?.(error);
    };
    const here = await startLocalMembers(
      ground.here,
      { ...options, ...doorOf(options), definitions: options.config.layers },
      onClose,
    );
    const layers = await startLayers(
      here,
      { ...options, ...doorOf(options, url), coordinatorUrl: url, logger, onFailed: onLayerFailed },
      onClose,
    );
    await untilConnected(layers, { ...options, coordinator, hasFailed: (name) => failedLayers.has(name) });
    // Since the coordinator answers, `frond layer add` may have added to the file.
    const network = await updateNetworkFile(dataDirectory, (now) => withUrls(now, layers));
    return {
      network,
      coordinator,
      layers,
      lostLayers: [...failedLayers],
      setUpSeconds: (performance.now() - started) / 1_000,
      proverPeakBytes,
      close: closing.close,
    };
  } catch (error) {
    const closed = await endsWithin(
      closing.close().catch(() => {}),
      CLOSE_MILLISECONDS,
    );
    if (!closed) logger.warn("What was started did not stop in time, and is left behind");
    throw error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

/** A coordinator on the same machine answers in milliseconds; a machine may be busy. */
const CONNECT_MILLISECONDS = 10_000;

/** A layer's node answers before the coordinator knows it; whoever called in between would hear that it is offline. */
async function untilConnected(
  layers: readonly RunningLayer[],
  { coordinator, hasFailed, signal, logger }: WhoConnects & Pick<StartOptions, "signal" | "logger">,
): Promise<void> {
  const isOnline = ({ name, url }: RunningLayer) =>
    hasFailed(name) || coordinator.layers().some((layer) => layer.url === url && layer.status !== "offline");
  const limits = { everyMilliseconds: 10, withinMilliseconds: CONNECT_MILLISECONDS, ...(signal && { signal }) };
  try {
    await until(() => layers.every(isOnline), limits);
  } catch (error) {
    if (!(error instanceof NotInTimeError)) throw error;
    logger.warn("Not all layers have connected with the coordinator yet; they go on trying");
  }
}

type WhoConnects = { readonly coordinator: Coordinator; readonly hasFailed: (name: string) => boolean };

/** After a start that failed, what was opened has so long to close; the reason of the failure must not wait for it. */
const CLOSE_MILLISECONDS = 10_000;

/** Who may call what listens; the explorer's page too, if the coordinator's address is given, which serves it. */
function doorOf({ config: { allowedOrigins, allowedHosts } }: StartOptions, coordinatorUrl?: string) {
  const own = coordinatorUrl === undefined ? [] : [coordinatorUrl, coordinatorUrl.replace("127.0.0.1", "localhost")];
  return { allowedOrigins: [...allowedOrigins, ...own], allowedHosts };
}

/**
 * What has to be there before the coordinator: L1, prover, circuits, and the contracts. L1 comes first: circuits take
 * minutes the first time, and of what is wrong with an L1 people want to know before.
 */
async function prepareGround(
  options: StartOptions,
  failedLayers: Set<string>,
  onClose: OnClose,
): Promise<CoordinatorGround> {
  const { config, dataDirectory, cacheDirectory, logger, onProgress } = options;
  onProgress({ step: "L1" });
  const l1 = await openLayerOneOf(options);
  onClose(() => l1.stop());
  for (const name of ["coordinator", "proofs"]) await requireSoundStore(join(dataDirectory, name));
  const known = readNetworkFile(dataDirectory);
  await checkLayerOne(l1, { ...options, known });
  if (known !== undefined) {
    await takeUpgrades(options, { network: known, l1 });
    for (const layer of config.layers) requireSameApplication(layer.application, { dataDirectory, layer: layer.name });
  }

  const { prover } = await (options.openProver ?? openProver)(options);
  onClose(() => prover.close());
  const onStep = (step: string) => onProgress({ step });
  const circuits: CircuitsOfLayers = new Map(
    await inTurn(config.layers, async (layer) => {
      options.signal?.throwIfAborted();
      return [layer.name, await prepareLayerCircuits(prover, layer, onStep)] as const;
    }),
  );
  const treeCircuits = await prepareTreeCircuits(prover, onStep);

  const committees = openCommittees(config.layers, dataDirectory);
  const parts = { config, circuits, committees, treeCircuits, prover, l1, cacheDirectory, dataDirectory };
  const deployment = await findOrDeploy(parts, onProgress);
  const own = [...deployment.genesis, ...deployment.added].filter(
    ({ name }) => !options.without.includes(name) && !isRunElsewhere(dataDirectory, name, logger),
  );
  const here = await soundLayers(own, {
    dataDirectory,
    logger,
    onDamaged(name, error) {
      failedLayers.add(name);
      options.onLayerLost?.(error);
    },
  });
  const files = [...deployment.genesis, ...deployment.added];
  return { deployment: { ...deployment, files }, prover, circuits, treeCircuits, l1, here };
}

/** Lets layers that L1 has upgraded since run as what they have become. */
async function takeUpgrades(
  { dataDirectory, logger }: Pick<StartOptions, "dataDirectory" | "logger">,
  { network, l1 }: { readonly network: NetworkFile; readonly l1: LayerOneChain },
): Promise<void> {
  const { settlement, deploymentBlock } = network;
  const { publicClient } = l1;
  const configHashOf = async (layer: Field) => {
    const query = { publicClient, settlement, fromBlock: BigInt(deploymentBlock), lastBlock: await l1.safeBlock() };
    return (await getUpgraded({ ...query, layer })).at(-1);
  };
  for (const name of layerNames(dataDirectory)) {
    if (isRunElsewhere(dataDirectory, name, logger)) continue;
    if ((await takeUpgrade(dataDirectory, name, configHashOf)) !== undefined)
      logger.info(`Layer ${name} is upgraded, and runs with its new configuration`);
  }
}

/** 100 gwei: some ten times of what L1 asks for on most days. */
const DEFAULT_MAX_FEE = 100_000_000_000n;

function openLayerOneOf(options: StartOptions): Promise<LayerOneChain> {
  return openLayerOne({
    dataDirectory: options.dataDirectory,
    confirmations: options.confirmations,
    allowedOrigins: options.config.allowedOrigins,
    logger: options.logger,
    maxFeePerGas: options.l1MaxFee ?? DEFAULT_MAX_FEE,
    ...(options.l1Url === undefined ? {} : { url: options.l1Url }),
    ...(options.l1Signer === undefined ? {} : { signer: options.l1Signer }),
    ...(options.l1BlockSeconds === undefined ? {} : { blockSeconds: options.l1BlockSeconds }),
  });
}

/** The network with the addresses at which its layers answer now; those that run elsewhere keep the last known one. */
function withUrls(network: NetworkFile, layers: readonly RunningLayer[]): NetworkFile {
  const urls = new Map(layers.map(({ name, url }) => [name, url]));
  return { ...network, layers: network.layers.map((layer) => ({ ...layer, url: urls.get(layer.name) ?? layer.url })) };
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
