import { loadConfig, type NetworkConfig } from "@frond/network";
import { forgetModules, openDev } from "@frond/network/dev";
import { Command } from "commander";
import { createDevView } from "../dev/devView.ts";
import { idleQueue } from "../dev/idleQueue.ts";
import { runBeside } from "../dev/runBeside.ts";
import { watchSources } from "../dev/watchSources.ts";
import { UsageError } from "../errors.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import { portNumber } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

const PROVE = ["never", "idle", "always"] as const;

type Options = {
  config: string;
  prove: string;
  keep: boolean;
  port: number;
  coordinatorPort: number;
};

export function devCommand(): Command {
  return withCommonOptions(new Command("dev"))
    .description("run the network of frond.config.ts on a local L1, and again whenever an application changes")
    .argument("[command...]", "runs beside it until it stops: frond dev -- vite")
    .option("--config <file>", "the network's description", "frond.config.ts")
    .option("--prove <when>", `when proofs are made: ${PROVE.join(", ")}`, "never")
    .option(
      "--keep",
      "go on with the state after a change and at the next start; by default each begins with none",
      false,
    )
    .option("--port <port>", "of the trunk's JSON-RPC; 0 takes a free one", portNumber, 4040)
    .option("--coordinator-port <port>", "of the coordinator; 0 takes a free one", portNumber, 4030)
    .action(async (command: string[], _options: unknown, self: Command) =>
      runDev(settingsOf(self), self.opts<Options>(), command),
    );
}

async function runDev(settings: Settings, options: Options, command: readonly string[]): Promise<void> {
  if (!(PROVE as readonly string[]).includes(options.prove))
    throw new UsageError(`There is no --prove ${options.prove}. Use ${PROVE.join(", ")}.`);
  const reporter = createReporter({ debug: settings.debug, toStderr: settings.json });
  const beside = command.length === 0 ? undefined : runBeside(command);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  await untilStopped({
    what: "The network",
    start: () => startDev({ settings, options, reporter, fail }),
    failed: beside === undefined ? failed : Promise.race([failed, beside.failed]),
    work: () => new Promise<never>(() => {}),
    close: (dev) => Promise.all([dev.close(), beside?.close()]),
    logger: reporter.logger,
  });
}

/** Starts the network, and again at every change of what it is made of. */
async function startDev(given: {
  readonly settings: Settings;
  readonly options: Options;
  readonly reporter: Reporter;
  readonly fail: (error: unknown) => void;
}): Promise<{ close(): Promise<void> }> {
  const { settings, options, reporter, fail } = given;
  const isProven = options.prove !== "never";
  const view = createDevView(reporter, { settings, isProven });
  let lastCall = Number.NEGATIVE_INFINITY;
  let entries = [options.config];
  const dev = await openDev({
    ...startOptionsOf(given),
    isProven,
    keeps: options.keep,
    ...(options.prove === "idle" ? { openQueue: idleQueue(() => lastCall) } : {}),
    async load() {
      forgetModules();
      const config = await loadConfig({ path: options.config });
      entries = [options.config, ...applicationFilesOf(config)];
      return config;
    },
    onReady: view.ready,
    onMistake: view.mistake,
    onSettled: view.settled,
    onFailed: fail,
    onCall(layer, call) {
      lastCall = performance.now();
      view.call(layer, call);
    },
  });
  const watch = watchSources(() => void change());
  async function change(): Promise<void> {
    await dev.change();
    await watch.refresh(entries);
  }
  await watch.refresh(entries);
  await change();
  return {
    async close() {
      watch.close();
      await dev.close();
    },
  };
}

function startOptionsOf({ settings, options, reporter }: Parameters<typeof startDev>[0]) {
  return {
    referenceString: "development" as const,
    cacheDirectory: settings.cacheDirectory,
    dataDirectory: settings.dataDirectory,
    host: "127.0.0.1",
    port: options.port,
    coordinatorPort: options.coordinatorPort,
    without: [],
    confirmations: 0,
    debug: settings.debug,
    logger: settings.debug ? reporter.logger : silentUnlessWarning(reporter),
    onProgress: reporter.step,
    onEpoch: () => {},
  };
}

/** What goes on inside of the network is for its own developers. */
function silentUnlessWarning({ logger }: Reporter): Reporter["logger"] {
  return { ...logger, info: () => {}, debug: () => {} };
}

/** The modules of applications, which the description may name by their paths alone. */
function applicationFilesOf({ layers }: NetworkConfig): string[] {
  return layers.map(({ applicationRef }) => applicationRef.replace(/#[^/]*$/, "")).filter((file) => file.includes("/"));
}
