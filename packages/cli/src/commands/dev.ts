import { loadConfig, type NetworkConfig, type RunningNetwork } from "@frond/network";
import { forgetModules, type ObservedCall, openDev } from "@frond/network/dev";
import { Command } from "commander";
import { createDevView } from "../dev/devView.ts";
import { PROVE, provingOf } from "../dev/provingOf.ts";
import { type Beside, runBeside } from "../dev/runBeside.ts";
import { watchSources } from "../dev/watchSources.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import { portNumber } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

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
    .argument("[command...]", "runs beside it once it answers; when one ends, both do: frond dev -- vite")
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
  let lastCall = Number.NEGATIVE_INFINITY;
  const proving = provingOf(options.prove, () => lastCall);
  const reporter = createReporter({ debug: settings.debug, toStderr: settings.json });
  let beside: Beside | undefined;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  let endWith: (ended: Promise<void>) => void = () => {};
  const besideEnded = new Promise<void>((resolve) => {
    endWith = resolve;
  });
  await untilStopped({
    what: "The network",
    start: () =>
      startDev({
        ...{ settings, options, reporter, proving, fail },
        onCall({ kind }) {
          // A world that moves by itself is as idle as its users.
          if (kind !== "every") lastCall = performance.now();
        },
        onReady({ network }) {
          if (command.length === 0 || beside !== undefined) return;
          const environment = environmentOf(network, settings);
          beside = runBeside(command, { environment, toStderr: settings.json });
          endWith(beside.ended);
        },
      }),
    failed,
    work: () => besideEnded,
    close: (dev) => Promise.all([dev.close(), beside?.close()]),
    logger: reporter.logger,
  });
}

/** What a command beside the network is told of it, as it is when the command begins. */
function environmentOf(
  { coordinatorUrl, l1Url, layers }: RunningNetwork["network"],
  { dataDirectory }: Settings,
): Readonly<Record<string, string>> {
  return {
    FROND_DATA: dataDirectory,
    FROND_COORDINATOR_URL: coordinatorUrl,
    FROND_TRUNK_URL: layers.find(({ parent }) => parent === null)!.url,
    FROND_L1_URL: l1Url,
  };
}

/** Starts the network, and again at every change of what it is made of. */
async function startDev(given: {
  readonly settings: Settings;
  readonly options: Options;
  readonly reporter: Reporter;
  readonly proving: ReturnType<typeof provingOf>;
  readonly fail: (error: unknown) => void;
  readonly onCall: (call: ObservedCall) => void;
  readonly onReady: (running: RunningNetwork) => void;
}): Promise<{ close(): Promise<void> }> {
  const { settings, options, reporter, proving, fail } = given;
  const view = createDevView(reporter, { settings, isProven: proving.isProven });
  let entries = [options.config];
  const watch = watchSources(() => void change());
  const dev = await openDev({
    ...startOptionsOf(given),
    ...proving,
    keeps: options.keep,
    async load() {
      forgetModules();
      const config = await loadConfig({ path: options.config });
      entries = [options.config, ...applicationFilesOf(config)];
      // Before anything is told: whoever saves at the first "ready" is not to wait in vain.
      await watch.refresh(entries);
      return config;
    },
    onReady(running, about) {
      view.ready(running, about);
      given.onReady(running);
    },
    onMistake: view.mistake,
    onSettled: view.settled,
    onFailed: fail,
    onCall(layer, call) {
      given.onCall(call);
      view.call(layer, call);
    },
  });
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
