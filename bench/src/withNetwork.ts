import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import {
  type NetworkOptions,
  type RunningNetwork,
  resolveNetwork,
  type StartOptions,
  startNetwork,
} from "@frond/network";
import { unprovenProver, unprovenQueue } from "@frond/network/dev";
import type { SettledEpoch } from "@frond/settlement";

/** A network in this process with a local L1, in a temporary directory, and the first epoch that it settles. */
export type BenchNetwork = { readonly running: RunningNetwork; readonly settled: Promise<SettledEpoch> };

export type WithNetworkOptions = {
  readonly progress: (text: string) => void;
  readonly onEpoch?: StartOptions["onEpoch"];
  readonly onProven?: NonNullable<StartOptions["onProven"]>;
  /** Whether proofs are made; without them L1 accepts every epoch. */
  readonly isProven?: boolean;
};

/** Runs `use` with a network whose epochs end only by hand. The code is the one that `frond start` runs. */
export async function withNetwork<T>(
  description: NetworkOptions,
  { progress, onEpoch = () => {}, onProven = () => {}, isProven = true }: WithNetworkOptions,
  use: (network: BenchNetwork) => Promise<T>,
): Promise<T> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "frond-bench-"));
  let finish!: (settled: SettledEpoch) => void;
  let fail!: (error: unknown) => void;
  const settled = new Promise<SettledEpoch>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  settled.catch(() => {});
  try {
    const running = await startNetwork({
      config: await resolveNetwork(description, { name: "the benchmark's network", directory: dataDirectory }),
      ...(isProven ? {} : { openProver: unprovenProver, openQueue: unprovenQueue }),
      referenceString: "development",
      cacheDirectory: defaultCacheDirectory(),
      dataDirectory,
      host: "127.0.0.1",
      port: 0,
      coordinatorPort: 0,
      without: [],
      debug: false,
      confirmations: 0,
      policy: { epochBlocks: Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY },
      logger: silentLogger,
      onProgress: ({ step }) => progress(step),
      onEpoch,
      onProven,
      onSettled: finish,
      onFailed: fail,
    });
    try {
      return await use({ running, settled });
    } finally {
      await running.close();
    }
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}
