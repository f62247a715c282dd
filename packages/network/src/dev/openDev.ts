import { sleep } from "@frond/foundation";
import * as z from "zod";
import type { NetworkConfig } from "../configuration/types.ts";
import { readNetworkFile } from "../directory/networkFile.ts";
import { NetworkMismatchError } from "../errors.ts";
import { endPreparedProcesses, prepareLayerProcesses } from "../layers/startLayerProcess.ts";
import { type RunningNetwork, type StartOptions, startNetwork } from "../start/startNetwork.ts";
import { unprovenProver } from "../unproven/unprovenProver.ts";
import { unprovenQueue } from "../unproven/unprovenQueue.ts";
import { adoptPrograms, requireSameState } from "./adoptPrograms.ts";
import { type Beginning, emptyDirectory, readBeginning, restoreBeginning, takeDevDirectory } from "./devDirectory.ts";

export type DevOptions = Omit<StartOptions, "config" | "policy" | "onDeployed" | "openProver"> & {
  /** Whether proofs are made; if not, nothing is compiled for them either. */
  readonly isProven: boolean;
  /** Whether a changed application goes on with the state; otherwise it begins with none. */
  readonly keeps: boolean;
  /** Loads the network's description and its applications as they are now. */
  readonly load: () => Promise<NetworkConfig>;
  /** Told when the network runs; `seconds` since the change. */
  readonly onReady: (
    running: RunningNetwork,
    about: { readonly config: NetworkConfig; readonly seconds: number },
  ) => void;
  /** Told why what is there now can't be run. What ran before goes on, unless the new one failed when it started. */
  readonly onMistake: (error: unknown) => void;
};

export type Dev = {
  /** Runs what is there now in place of what ran. Never rejects; of several at once the last one counts. */
  change(): Promise<void>;
  close(): Promise<void>;
};

/** Runs a network that is started again whenever its applications change. @throws what {@link takeDevDirectory} does */
export async function openDev(options: DevOptions): Promise<Dev> {
  const { dataDirectory, isProven, keeps, onMistake } = options;
  takeDevDirectory(dataDirectory, { isProven, keeps });
  let running: RunningNetwork | undefined;
  let beginning: Beginning | undefined;
  let isClosed = false;
  let isWaiting = false;
  let last: Promise<void> = Promise.resolve();

  async function stop(): Promise<void> {
    const stopped = running;
    running = undefined;
    if (stopped !== undefined && keeps) await untilQuiet(stopped);
    await stopped?.close();
  }

  const start = async (config: NetworkConfig): Promise<RunningNetwork> =>
    await startNetwork({
      ...options,
      ...(isProven ? {} : { openProver: unprovenProver, openQueue: unprovenQueue }),
      config,
      policy: { epochBlocks: config.epoch.blocks, epochSeconds: config.epoch.seconds },
      isDisposable: !keeps,
      // What takes its time is done once.
      ...(beginning === undefined ? {} : { onProgress: () => {} }),
      onDeployed() {
        beginning ??= readBeginning(dataDirectory);
      },
    });

  /** A network that was deployed before begins once more in a fraction of the time. */
  async function startAgain(config: NetworkConfig): Promise<RunningNetwork> {
    if (!keeps && beginning !== undefined) restoreBeginning(dataDirectory, beginning);
    await adoptPrograms(config, dataDirectory);
    try {
      return await start(config);
    } catch (error) {
      if (keeps || beginning === undefined || !(error instanceof NetworkMismatchError)) throw error;
      // Another tree, or other keys.
      beginning = undefined;
      emptyDirectory(dataDirectory);
      return await start(config);
    }
  }

  async function replace(): Promise<void> {
    isWaiting = false;
    if (isClosed) return;
    const since = performance.now();
    try {
      const config = await options.load();
      if (keeps && readNetworkFile(dataDirectory) !== undefined) requireSameState(config, dataDirectory);
      await stop();
      running = await startAgain(config);
      options.onReady(running, { config, seconds: (performance.now() - since) / 1_000 });
      prepareLayerProcesses(config.layers.length);
    } catch (error) {
      onMistake(error);
    }
  }

  return {
    change() {
      if (!isWaiting) {
        isWaiting = true;
        last = last.then(replace);
      }
      return last;
    },
    async close() {
      isClosed = true;
      await last;
      endPreparedProcesses();
      await stop();
    },
  };
}

/** Longer than an epoch without proofs takes. */
const QUIET_MILLISECONDS = 10_000;
const LOOK_MILLISECONDS = 50;

/** Ends epochs until everything that was promised is on L1, so that no other application has to make it again. */
async function untilQuiet(running: RunningNetwork): Promise<void> {
  const end = performance.now() + QUIET_MILLISECONDS;
  while (performance.now() < end && !(await isQuiet(running))) {
    await running.coordinator.endEpoch();
    await sleep(LOOK_MILLISECONDS);
  }
}

const waitingSchema = z.object({
  result: z.object({ unsealed: z.number(), inbox: z.number(), waiting: z.number() }),
});

async function isQuiet({ coordinator, layers: nodes }: RunningNetwork): Promise<boolean> {
  const { layers, epoch } = coordinator.network();
  if (
    epoch.proving !== null ||
    layers.some(({ messagesInFlight, blocksSealed }) => messagesInFlight + blocksSealed > 0)
  )
    return false;
  for (const { url } of nodes) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "frond_status", params: {} });
    const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
    const { unsealed, inbox, waiting } = waitingSchema.parse(await answer.json()).result;
    if (unsealed + inbox + waiting > 0) return false;
  }
  return true;
}
