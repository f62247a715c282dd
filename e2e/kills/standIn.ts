import { parseArgs } from "node:util";
import { createLogger, type LogEntry, type Logger, sleep } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, type OpenQueue, startNetwork } from "@frond/network";
import { createTestClient, http } from "viem";

/*
 * The process of L1 and the coordinator with every part of `frond start`, but for the proofs: an epoch settles at once,
 * so that processes can be killed in every stage of many epochs. The layers run as processes of their own.
 */

/** EVM code that answers every call with `true`: in place of the verifier. */
const ACCEPT_ALL = "0x600160005260206000f3";

const { values } = parseArgs({
  options: {
    config: { type: "string" },
    data: { type: "string" },
    "coordinator-port": { type: "string" },
    "epoch-seconds": { type: "string" },
    "layer-timeout": { type: "string" },
  },
});

/** States what was expected, after the milliseconds that a stand-in for a proof takes. */
const openQueue: OpenQueue = async () => ({
  prover: {
    async prove({ expect, signal }) {
      await sleep(PROVING_MILLISECONDS);
      signal?.throwIfAborted();
      return { publicInputs: expect, proof: [], proofBytes: new Uint8Array([1]), seconds: 0 };
    },
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
  },
  addCircuit: async () => {
    throw new Error("The layers of this network have circuits that the coordinator has.");
  },
  forgetCircuit: async () => {},
  peakBytes: () => 0,
  close: async () => {},
});

const PROVING_MILLISECONDS = 50;

async function start(logger: Logger): Promise<void> {
  const config = await loadConfig({ path: values.config! });
  const { network } = await startNetwork({
    config,
    referenceString: "development",
    cacheDirectory: defaultCacheDirectory(),
    dataDirectory: values.data!,
    host: "127.0.0.1",
    port: 0,
    coordinatorPort: Number(values["coordinator-port"]),
    without: config.layers.map(({ name }) => name),
    confirmations: 0,
    policy: {
      epochSeconds: Number(values["epoch-seconds"]),
      layerTimeoutMilliseconds: Number(values["layer-timeout"]),
    },
    debug: false,
    logger,
    onProgress: ({ step }) => logger.info(step),
    onEpoch: () => {},
    onSettled: ({ epoch, leftOut }) => logger.info("Epoch has settled", { epoch, leftOut: leftOut.length }),
    onFailed(error) {
      logger.error("The coordinator has stopped", { error: String(error) });
      process.exit(1);
    },
    openQueue,
  });
  const l1 = createTestClient({ mode: "anvil", transport: http(network.l1Url) });
  await l1.setCode({ address: network.verifier, bytecode: ACCEPT_ALL });
  await l1.mine({ blocks: 1 }); // So that the next save of L1 has the code.
  process.stdout.write("Frond is running\n");
}

const write = ({ time, level, message, fields }: LogEntry) =>
  process.stdout.write(`${new Date(time).toISOString()} ${level} ${message} ${JSON.stringify(fields)}\n`);

await start(createLogger({ level: "info", sink: write }));
