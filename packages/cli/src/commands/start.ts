import { exchange } from "@frond/exchange";
import type { Application } from "@frond/language";
import type { EpochProgress, SettledEpoch } from "@frond/settlement";
import { Command, InvalidArgumentError } from "commander";
import { UsageError } from "../errors.ts";
import { createExampleClients } from "../exampleClients.ts";
import { createLiveView } from "../liveView.ts";
import { type RunningNetwork, startNetwork } from "../network/startNetwork.ts";
import { toJsonLine } from "../output.ts";
import { createReporter, type Reporter } from "../reporter.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";

type Options = {
  crs: string;
  epochs?: number;
  port: number;
  l1?: string;
  l1BlockTime?: number;
  blockTime: number;
  confirmations?: number;
  epochBlocks?: number;
  epochSeconds?: number;
};

export function startCommand(): Command {
  return withCommonOptions(new Command("start"))
    .description("start a network: L1, one layer that runs the exchange, its sequencer and its prover")
    .option("--crs <kind>", "reference string: development (local chains only) or ignition", "development")
    .option("--epochs <n>", "let example clients work, and end after so many epochs have settled", wholeNumber(1))
    .option("--port <port>", "of the JSON-RPC server; 0 takes a free one", wholeNumber(0), 4040)
    .option("--l1 <url>", "an L1 of your own; its account is in FROND_L1_PRIVATE_KEY")
    .option(
      "--l1-block-time <seconds>",
      "of the local L1; by default each transaction is mined at once",
      wholeNumber(1),
    )
    .option("--block-time <milliseconds>", "until a block is sealed", wholeNumber(10), 1_000)
    .option(
      "--confirmations <blocks>",
      "on L1 before a deposit is believed; 0 on the local L1, 12 on others",
      wholeNumber(0),
    )
    .option("--epoch-blocks <n>", "blocks after which an epoch ends", wholeNumber(1))
    .option("--epoch-seconds <s>", "seconds after which an epoch with a block ends", wholeNumber(1))
    .action(async (_options: unknown, self: Command) => start(settingsOf(self), self.opts<Options>()));
}

/** What a shell expects of a program that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

async function start(settings: Settings, options: Options): Promise<void> {
  if (options.crs !== "development" && options.crs !== "ignition") {
    throw new UsageError(`There is no reference string ${options.crs}. Use --crs development or --crs ignition.`);
  }
  const reporter = createReporter({ debug: settings.debug, toStderr: settings.json });
  const view = createLiveView(reporter);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const settled: SettledEpoch[] = [];
  const onSettled: ((epoch: SettledEpoch) => void)[] = [];
  const isDriven = options.epochs !== undefined;
  const stopping = stopSignal();

  const starting = startNetwork({
    application: exchange as unknown as Application,
    referenceString: options.crs,
    cacheDirectory: settings.cacheDirectory,
    dataDirectory: settings.dataDirectory,
    port: options.port,
    ...(options.l1 === undefined ? {} : { l1Url: options.l1 }),
    ...(options.l1BlockTime === undefined ? {} : { l1BlockTime: options.l1BlockTime }),
    blockTime: options.blockTime,
    confirmations: options.confirmations ?? (options.l1 === undefined ? 0 : 12),
    policy: policyOf(options, isDriven),
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
  });
  const running = await Promise.race([starting, stopping.promise]);
  // Nothing is served yet, and the set-up's processes end with this one.
  if (running === undefined) process.exit(EXIT_INTERRUPTED);
  try {
    view.ready(running);
    const work = isDriven ? drive({ running, reporter, epochs: options.epochs!, settled, onSettled }) : failed;
    // Whichever comes first: the work is done, a signal, or a failure that nothing can mend.
    await Promise.race([work, stopping.promise, failed]);
  } finally {
    view.close();
    await running.close();
    stopping.release();
  }
}

/** Example clients do a round of everything, the epoch is ended by hand, and the next round begins when it has settled. */
async function drive(work: {
  readonly running: RunningNetwork;
  readonly reporter: Reporter;
  readonly epochs: number;
  readonly settled: readonly SettledEpoch[];
  readonly onSettled: ((epoch: SettledEpoch) => void)[];
}): Promise<void> {
  const { running, reporter, epochs, settled, onSettled } = work;
  const clients = await createExampleClients(running.network, (text) => reporter.line(`  ${text}`));
  while (settled.length < epochs) {
    const next = new Promise<void>((resolve) => onSettled.push(() => resolve()));
    await clients.runRound();
    await running.closeEpoch();
    await next;
    await clients.claim();
  }
  await clients.close();
}

/** Driven networks end their epochs by hand, so that a round is one epoch. */
function policyOf({ epochBlocks, epochSeconds }: Options, isDriven: boolean) {
  if (isDriven && epochBlocks === undefined && epochSeconds === undefined) {
    return { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY };
  }
  return {
    ...(epochBlocks === undefined ? {} : { epochBlocks }),
    ...(epochSeconds === undefined ? {} : { epochSeconds }),
  };
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
function stopSignal(): { promise: Promise<undefined>; release(): void } {
  let stop: (value: undefined) => void = () => {};
  let isStopping = false;
  const promise = new Promise<undefined>((resolve) => {
    stop = resolve;
  });
  // They stay installed: the terminal library kills the process if nobody else listens any more.
  const listener = () => {
    if (isStopping) process.exit(EXIT_INTERRUPTED);
    isStopping = true;
    stop(undefined);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, listener);
  return {
    promise,
    release() {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, listener);
    },
  };
}

function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= minimum) return value;
    throw new InvalidArgumentError(`Give a whole number from ${minimum}.`);
  };
}
