import type { FrondError } from "@frond/foundation";
import {
  endEpoch,
  type LayerDefinition,
  loadConfig,
  type RunningNetwork,
  type StartOptions,
  startNetwork,
} from "@frond/network";
import type { EpochProgress, SettledEpoch } from "@frond/settlement";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { createLiveView } from "../terminal/liveView.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import {
  addresses,
  type DoorOptions,
  ethereumAddress,
  gwei,
  httpUrl,
  type KeepOptions,
  keptOf,
  natsUrl,
  portNumber,
  wholeNumber,
  withDoorOptions,
  withKeepOption,
} from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = {
  config?: string;
  crs: string;
  epochs?: number;
  host: string;
  port: number;
  coordinatorPort: number;
  without: string[];
  beacon: readonly string[];
  fromFollower: readonly string[];
  l1BlockSeconds?: number;
  confirmations?: number;
  epochBlocks?: number;
  epochSeconds?: number;
  nats?: string;
  workers?: number;
} & LayerOneFlags &
  DoorOptions &
  KeepOptions;

export function startCommand(): Command {
  return withKeepOption(withDoorOptions(withCommonOptions(new Command("start"))))
    .description("start the network of frond.config.ts: L1, every layer with its sequencer, the coordinator, provers")
    .option("--config <file>", "the network's description; by default frond.config.ts here, else the built-in tree")
    .option("--crs <kind>", "reference string: development (local chains only) or ignition", "development")
    .option("--epochs <n>", "let example clients work, and end after so many epochs have settled", wholeNumber(1))
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", "of the trunk's JSON-RPC; 0 takes a free one", portNumber, 4040)
    .option("--coordinator-port <port>", "of the coordinator; 0 takes a free one", portNumber, 4030)
    .option("--without <layers...>", "layers that run as processes of their own (frond node --layer)", [])
    .option("--l1 <urls...>", "RPC addresses of an L1 of your own; the next one is asked when one fails", addresses)
    .option("--beacon <urls>", "of beacon nodes, for epochs that another coordinator settled", addresses, [])
    .option("--from-follower <urls>", "of followers, which have older blobs", addresses, [])
    .option("--l1-max-fee <gwei>", "what a unit of gas of L1 may cost at most; 100 by default", gwei)
    .option(
      "--l1-signer <url>",
      "signs for L1 (eth_signTransaction, web3signer) in place of FROND_L1_PRIVATE_KEY",
      httpUrl,
    )
    .option("--l1-signer-address <address>", "of the account for which it signs", ethereumAddress)
    .option(
      "--l1-block-seconds <seconds>",
      "of the local L1; by default each transaction is mined at once",
      wholeNumber(1),
    )
    .option(
      "--confirmations <blocks>",
      "on L1 before a deposit or a settled epoch is believed; 0 on the local L1, 12 on others",
      wholeNumber(0),
    )
    .option("--epoch-blocks <n>", "blocks of all layers after which an epoch ends", wholeNumber(1))
    .option("--epoch-seconds <s>", "seconds after which an epoch with a block ends", wholeNumber(1))
    .option("--nats <url>", "prove on the machines that listen there (frond worker)", natsUrl)
    .option("--workers <n>", "processes of this machine that make proofs", wholeNumber(1))
    .action(async (_options: unknown, self: Command) => start(settingsOf(self), self.opts<Options>()));
}

async function start(settings: Settings, options: Options): Promise<void> {
  if (options.crs !== "development" && options.crs !== "ignition") {
    throw new UsageError(`There is no reference string ${options.crs}. Use --crs development or --crs ignition.`);
  }
  const described = await loadConfig(options.config === undefined ? {} : { path: options.config });
  requireLayers(options.without, described.layers);
  const isDriven = options.epochs !== undefined;
  const config = {
    ...described,
    layers: isDriven ? described.layers.map(withLongBlocks) : described.layers,
    allowedOrigins: [...described.allowedOrigins, ...options.allowedOrigins],
    allowedHosts: [...described.allowedHosts, ...options.allowedHosts],
    proving: {
      ...described.proving,
      ...(options.nats === undefined ? {} : { nats: options.nats }),
      ...(options.workers === undefined ? {} : { workers: options.workers }),
    },
  };
  const reporter = createReporter({ debug: settings.debug, toStderr: settings.json });
  const view = createLiveView(reporter, settings);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const lost: FrondError[] = [];
  const settled: SettledEpoch[] = [];
  const onSettled: ((epoch: SettledEpoch) => void)[] = [];
  const startOptions: StartOptions = {
    config,
    referenceString: options.crs,
    cacheDirectory: settings.cacheDirectory,
    dataDirectory: settings.dataDirectory,
    host: options.host,
    port: options.port,
    coordinatorPort: options.coordinatorPort,
    without: options.without,
    beaconUrls: options.beacon,
    followerUrls: options.fromFollower,
    ...keptOf(options),
    ...layerOneOf(options),
    ...(options.l1BlockSeconds === undefined ? {} : { l1BlockSeconds: options.l1BlockSeconds }),
    confirmations: options.confirmations ?? (options.l1 === undefined ? 0 : 12),
    policy: policyOf(options, { isDriven, ...config.epoch }),
    debug: settings.debug,
    logger: reporter.logger,
    onProgress: reporter.step,
    onEpoch: (progress: EpochProgress) => view.epoch(progress),
    onSettled(epoch) {
      settled.push(epoch);
      if (settings.json) process.stdout.write(`${toJsonLine(epoch)}\n`);
      view.settled(epoch);
      for (const listener of onSettled) listener(epoch);
    },
    onFailed: (error) => fail(error),
    onLayerLost: (error) => lost.push(error),
  };
  const idle = new Promise<never>(() => {});
  try {
    await untilStopped({
      what: "The network",
      start: (signal) => startNetwork({ ...startOptions, signal }),
      failed,
      async work(running) {
        view.ready(running);
        await (isDriven ? drive({ running, reporter, epochs: options.epochs!, settled, onSettled }) : idle);
      },
      async close(running) {
        view.close();
        await running.close();
      },
      logger: reporter.logger,
    });
  } finally {
    view.close();
  }
  // The others ran without it; that it is lost has to be seen all the same.
  if (lost.length > 0) throw lost[0];
}

/** What is said of an L1 of one's own. */
export type LayerOneFlags = {
  l1?: string[];
  l1Signer?: string;
  l1SignerAddress?: `0x${string}`;
  l1MaxFee?: bigint;
};

export function layerOneOf({ l1, l1Signer, l1SignerAddress, l1MaxFee }: LayerOneFlags) {
  if ((l1Signer === undefined) !== (l1SignerAddress === undefined))
    throw new UsageError("A signer needs an account. Give both of --l1-signer and --l1-signer-address.");
  const isSigned = l1Signer !== undefined && l1SignerAddress !== undefined;
  return {
    ...(l1 === undefined ? {} : { l1Url: l1.join(",") }),
    ...(isSigned ? { l1Signer: { url: l1Signer, address: l1SignerAddress } } : {}),
    ...(l1MaxFee === undefined ? {} : { l1MaxFee }),
  };
}

/**
 * Example clients do a round of everything, the epoch is ended by hand, and the next round begins when it has settled.
 */
async function drive(work: {
  readonly running: RunningNetwork;
  readonly reporter: Reporter;
  readonly epochs: number;
  readonly settled: readonly SettledEpoch[];
  readonly onSettled: ((epoch: SettledEpoch) => void)[];
}): Promise<void> {
  const { running, reporter, epochs, settled, onSettled } = work;
  // They bring all applications with them, which nobody else needs.
  const { createExampleClients } = await import("../example/createExampleClients.ts");
  const clients = await createExampleClients(running.network, (text) => reporter.line(`  ${text}`));
  while (settled.length < epochs) {
    const next = new Promise<void>((resolve) => onSettled.push(() => resolve()));
    await clients.runRound();
    await endEpoch(running);
    await next;
    await clients.claim();
  }
  await clients.close();
}

/** The end of an epoch seals blocks, so in a driven network nothing else has to: fewer blocks are sooner proven. */
function withLongBlocks(layer: LayerDefinition): LayerDefinition {
  return { ...layer, blockMilliseconds: Math.max(layer.blockMilliseconds, DRIVEN_BLOCK_MILLISECONDS) };
}

const DRIVEN_BLOCK_MILLISECONDS = 600_000;

/** Driven networks end their epochs by hand, so that a round is one epoch. */
function policyOf(
  { epochBlocks, epochSeconds }: Options,
  { isDriven, blocks, seconds }: { readonly isDriven: boolean; readonly blocks: number; readonly seconds: number },
) {
  if (isDriven && epochBlocks === undefined && epochSeconds === undefined) {
    return { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY };
  }
  return { epochBlocks: epochBlocks ?? blocks, epochSeconds: epochSeconds ?? seconds };
}

function requireLayers(names: readonly string[], layers: readonly { readonly name: string }[]): void {
  const known = layers.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `There is no layer ${unknown} to start without. The network has ${known.join(", ")}: name some of these.`,
  );
}
