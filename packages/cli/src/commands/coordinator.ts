import { type RunningTakeOver, takeOver } from "@frond/network";
import { Command } from "commander";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import {
  addresses,
  type DoorOptions,
  ethereumAddress,
  gwei,
  httpUrl,
  natsUrl,
  portNumber,
  wholeNumber,
  withDoorOptions,
} from "./options.ts";
import { type LayerOneFlags, layerOneOf } from "./start.ts";
import { untilStopped } from "./untilStopped.ts";

export type CoordinatorFlags = LayerOneFlags &
  DoorOptions & {
    l1: string[];
    settlement: `0x${string}`;
    beacon: readonly string[];
    fromFollower: readonly string[];
    fromBlock?: number;
    confirmations: number;
    host: string;
    port: number;
    epochBlocks?: number;
    epochSeconds?: number;
    nats?: string;
    workers?: number;
  };

export function coordinatorCommand(): Command {
  return withCoordinatorOptions(new Command("coordinator"))
    .description("take over a network that runs, from L1 alone: its coordinator, and nothing else")
    .action(async (_options: unknown, self: Command) => {
      await runCoordinator(settingsOf(self), self.opts<CoordinatorFlags>());
    });
}

/** Adds {@link CoordinatorFlags}. */
export function withCoordinatorOptions(command: Command): Command {
  return withDoorOptions(withCommonOptions(command))
    .requiredOption("--l1 <urls...>", "RPC addresses of L1; the next one is asked when one fails", addresses)
    .requiredOption("--settlement <address>", "of the network's contract on L1", ethereumAddress)
    .option("--beacon <urls>", "of beacon nodes, which have blobs for 18 days", addresses, [])
    .option("--from-follower <urls>", "of followers, which have older blobs", addresses, [])
    .option("--from-block <number>", "of the contract's creation; looked for without it", wholeNumber(0))
    .option("--confirmations <blocks>", "on top of a block of L1 that is believed", wholeNumber(0), 12)
    .option("--l1-max-fee <gwei>", "what a unit of gas of L1 may cost at most; 100 by default", gwei)
    .option("--l1-signer <url>", "signs for L1 in place of FROND_L1_PRIVATE_KEY", httpUrl)
    .option("--l1-signer-address <address>", "of the account for which it signs", ethereumAddress)
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", "of the coordinator; 0 takes a free one", portNumber, 4030)
    .option("--epoch-blocks <n>", "blocks of all layers after which an epoch ends", wholeNumber(1))
    .option("--epoch-seconds <s>", "seconds after which an epoch with a block ends", wholeNumber(1))
    .option("--nats <url>", "prove on the machines that listen there (frond worker)", natsUrl)
    .option("--workers <n>", "processes of this machine that make proofs", wholeNumber(1));
}

/** 100 gwei, as of `frond start`. */
const MAX_FEE = 100_000_000_000n;

/** Runs it until it is stopped. */
export async function runCoordinator(settings: Settings, options: CoordinatorFlags): Promise<void> {
  const reporter = createReporter({ debug: settings.debug, toStderr: settings.json });
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const { l1Url, l1Signer, l1MaxFee = MAX_FEE } = layerOneOf(options);
  const { settlement, confirmations, epochBlocks, epochSeconds, nats, workers, fromBlock } = options;
  const start = (signal: AbortSignal): Promise<RunningTakeOver> =>
    takeOver({
      l1: {
        ...(l1Url === undefined ? {} : { url: l1Url }),
        ...(l1Signer === undefined ? {} : { signer: l1Signer }),
        maxFeePerGas: l1MaxFee,
        confirmations,
      },
      settlement,
      ...(fromBlock === undefined ? {} : { fromBlock }),
      proving: { nats, memory: undefined, workers: workers ?? (nats === undefined ? 1 : 0) },
      beaconUrls: options.beacon,
      followerUrls: options.fromFollower,
      cacheDirectory: settings.cacheDirectory,
      dataDirectory: settings.dataDirectory,
      host: options.host,
      coordinatorPort: options.port,
      allowedOrigins: options.allowedOrigins,
      allowedHosts: options.allowedHosts,
      policy: {
        ...(epochBlocks === undefined ? {} : { epochBlocks }),
        ...(epochSeconds === undefined ? {} : { epochSeconds }),
      },
      logger: reporter.logger,
      onProgress: reporter.step,
      onEpoch: () => {},
      onSettled(epoch) {
        if (settings.json) process.stdout.write(`${toJsonLine(epoch)}\n`);
        else reporter.line(`  epoch ${epoch.epoch} has settled: ${epoch.blocks} blocks of ${epoch.layers} layers`);
      },
      onFailed: (error) => fail(error),
      signal,
    });
  try {
    await untilStopped({
      what: "The coordinator",
      start,
      failed,
      async work({ url }) {
        if (settings.json) process.stdout.write(`${toJsonLine({ event: "listening", url })}\n`);
        else reporter.line(`  the coordinator answers at ${url}; have each layer's node connect: --coordinator ${url}`);
        await new Promise<never>(() => {});
      },
      close: (running) => running.close(),
      logger: reporter.logger,
    });
  } finally {
    reporter.done();
  }
}
