import { join } from "node:path";
import { createClosing, endsWithin } from "@frond/foundation";
import type { Coordinator } from "@frond/settlement";
import { requireSoundStore } from "@frond/store";
import { type StartCoordinatorOptions, startCoordinator } from "../coordinator/startCoordinator.ts";
import { readDeployment } from "../deploy/readDeployment.ts";
import { lockDirectory } from "../directory/lockDirectory.ts";
import { readNetworkFile, writeNetworkFile } from "../directory/networkFile.ts";
import { requireUnused } from "../directory/requireUnused.ts";
import { requireWritable } from "../directory/requireWritable.ts";
import { NetworkMismatchError } from "../errors.ts";
import { type LayerOneOptions, openLayerOne } from "../layerOne/openLayerOne.ts";
import { type OpenProverOptions, openProver } from "../proving/openProver.ts";
import { prepareTreeCircuits } from "../proving/prepareCircuits.ts";
import { requireFreePorts } from "./requireFreePorts.ts";

export type TakeOverOptions = Omit<StartCoordinatorOptions, "failedLayers"> &
  Omit<OpenProverOptions, "referenceString"> & {
    readonly l1: Omit<LayerOneOptions, "dataDirectory" | "allowedOrigins" | "logger">;
    readonly settlement: `0x${string}`;
    /** Of the contract's creation; found if it is not given. */
    readonly fromBlock?: number;
    readonly signal?: AbortSignal;
  };

export type RunningTakeOver = { readonly coordinator: Coordinator; readonly url: string; close(): Promise<void> };

/** After a start that failed, what was opened has so long to close. */
const CLOSE_MILLISECONDS = 10_000;

/**
 * Starts a coordinator, and nothing else, for a network that is on L1: with an empty data directory it reads from L1
 * what the network is, and what all epochs made of it; the layers connect to it, and bring their circuits.
 */
export async function takeOver(options: TakeOverOptions): Promise<RunningTakeOver> {
  const closing = createClosing();
  const { signal } = options;
  const giveUp = () => void closing.close().catch(() => {});
  signal?.addEventListener("abort", giveUp);
  try {
    const { coordinator, url } = await open(options, closing.add);
    return { coordinator, url, close: closing.close };
  } catch (error) {
    await endsWithin(
      closing.close().catch(() => {}),
      CLOSE_MILLISECONDS,
    );
    throw error;
  } finally {
    signal?.removeEventListener("abort", giveUp);
  }
}

async function open(options: TakeOverOptions, onClose: (close: () => unknown) => void) {
  const { dataDirectory, cacheDirectory, settlement, logger, onProgress, signal } = options;
  requireWritable({ path: dataDirectory, what: "the data directory", option: "--data" });
  requireWritable({ path: cacheDirectory, what: "the cache directory", option: "--cache" });
  onClose(lockDirectory(dataDirectory));
  const known = readNetworkFile(dataDirectory);
  if (known === undefined) requireUnused(dataDirectory);
  else if (known.settlement.toLowerCase() !== settlement.toLowerCase())
    throw new NetworkMismatchError("settlement", { expected: settlement, actual: known.settlement });
  await requireFreePorts([{ what: "the coordinator", option: "--port", ...portOf(options) }]);
  onProgress({ step: "L1" });
  const l1 = await openLayerOne({ ...options.l1, dataDirectory, allowedOrigins: options.allowedOrigins, logger });
  onClose(() => l1.stop());
  for (const name of ["coordinator", "proofs"]) await requireSoundStore(join(dataDirectory, name));
  const read = await readDeployment(l1, options);
  const network = { ...(known ?? read.network), l1Url: l1.url };
  const { prover } = await openProver({ ...options, referenceString: network.referenceString });
  onClose(() => prover.close());
  const treeCircuits = await prepareTreeCircuits(prover, (step) => onProgress({ step }));
  signal?.throwIfAborted();
  onProgress({ step: "coordinator" });
  const deployment = { network, genesis: read.genesis, files: [] };
  const ground = { deployment, prover, circuits: new Map(), treeCircuits, l1, here: [] };
  const started = await startCoordinator(ground, { ...options, failedLayers: () => [] }, onClose);
  writeNetworkFile(dataDirectory, { ...network, coordinatorUrl: started.url });
  return started;
}

function portOf({ host, coordinatorPort }: TakeOverOptions) {
  return { host, port: coordinatorPort };
}
