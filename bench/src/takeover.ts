import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRpcProxy } from "@frond/contracts/testing";
import { BLOCK_KEYS, type SettledHistory, settledHistory } from "@frond/follower/testing";
import { silentLogger, sleep } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { blockSizes } from "@frond/language";
import { takeOver } from "@frond/network";
import { layerIdOfConfig } from "@frond/protocol";
import type { Section } from "./report.ts";

const SEED = 12;
/** Of which the one with fewer epochs shows what a coordinator takes without any. */
const EPOCHS = { full: [2, 18], small: [1, 2] } as const;
/** An epoch every ten minutes. */
const BLOCKS_BETWEEN = 50;
/** Of a node of L1 that is not on this machine. */
const ANSWER_MILLISECONDS = 50;
/** Of anvil's first account, which is published. */
const PRIVATE_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

type TakenOver = { readonly seconds: number; readonly adoptingSeconds: number; readonly requests: number };

/**
 * A coordinator with an empty data directory reads a tree from L1 alone, until it answers layers: the code of `frond
 * coordinator`, the real contract on anvil with blobs and blocks between epochs, and proofs of a stand-in circuit.
 */
export const takeover: Section = {
  name: "takeover",
  async run(progress, form) {
    const counts = EPOCHS[form];
    const settled = await settledHistory(SEED, {
      describe: (config) => ({
        name: `layer${config.index}`,
        layerId: layerIdOfConfig(config),
        config,
        blockKeys: BLOCK_KEYS,
        application: "exchange",
        sizes: blockSizes,
        circuits: [],
      }),
    });
    const taken: TakenOver[] = [];
    try {
      let epoch = 0;
      for (const epochs of counts) {
        progress(`settling ${epochs} epochs`);
        for (; epoch < epochs; epoch++) await settleOne(settled);
        progress(`taking over ${epochs} epochs`);
        taken.push(await measure(settled, epochs));
      }
    } finally {
      await settled.network.close();
    }
    const [few, many] = taken as [TakenOver, TakenOver];
    const more = counts[1] - counts[0];
    return [
      {
        name: "requests to L1 to take over an epoch more",
        value: (many.requests - few.requests) / more,
        unit: "requests",
        details: { [`requests, ${counts[1]} epochs`]: many.requests },
      },
      {
        name: `epochs taken over a second, L1 answers in ${ANSWER_MILLISECONDS} ms`,
        value: more / (many.adoptingSeconds - few.adoptingSeconds),
        unit: "epochs/s",
        details: Object.fromEntries(
          taken.flatMap(({ seconds, adoptingSeconds }, i) => [
            [`until it is ready, ${counts[i]} epochs (s)`, seconds],
            [`of it reading and adopting, ${counts[i]} epochs (s)`, adoptingSeconds],
          ]),
        ),
      },
    ];
  },
};

async function settleOne({ history, settle, network }: SettledHistory): Promise<void> {
  await settle(history.settle(() => history.paths.forEach((path) => void history.block(path, { moves: false }))));
  await network.request("anvil_mine", `0x${BLOCKS_BETWEEN.toString(16)}`);
}

async function measure({ network }: SettledHistory, epochs: number): Promise<TakenOver> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "frond-bench-"));
  const proxy = await startRpcProxy(network.anvil.url);
  proxy.intercept = async () => {
    await sleep(ANSWER_MILLISECONDS);
    return undefined;
  };
  process.env.FROND_L1_PRIVATE_KEY = PRIVATE_KEY;
  const started = performance.now();
  let adoptsFrom = 0;
  let requestsBefore = 0;
  const failures: unknown[] = [];
  try {
    const running = await takeOver({
      ...{ dataDirectory, cacheDirectory: defaultCacheDirectory(), settlement: network.deployment.address },
      ...{ host: "127.0.0.1", coordinatorPort: 0, allowedOrigins: [], allowedHosts: [] },
      l1: { url: proxy.url, confirmations: 0, maxFeePerGas: 100_000_000_000n },
      proving: { workers: 1, memory: undefined, nats: undefined },
      policy: {},
      logger: silentLogger,
      onProgress({ step }) {
        if (step !== "coordinator") return;
        adoptsFrom = performance.now();
        requestsBefore = proxy.calls.length;
      },
      onEpoch() {},
      onSettled() {},
      onFailed: (error) => void failures.push(error),
    });
    const ready = performance.now();
    const requests = proxy.calls.length - requestsBefore;
    const { settled, blocked } = running.coordinator.network().epoch;
    await running.close();
    if (settled !== epochs || failures.length > 0)
      throw new Error(`The coordinator took over ${settled} of ${epochs} epochs: ${blocked} ${failures.join()}`);
    return { seconds: (ready - started) / 1_000, adoptingSeconds: (ready - adoptsFrom) / 1_000, requests };
  } finally {
    await proxy.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}
