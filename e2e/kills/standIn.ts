import { parseArgs } from "node:util";
import { createLogger, type LogEntry, type Logger } from "@frond/foundation";
import { defaultCacheDirectory } from "@frond/foundation/node";
import { loadConfig, startNetwork } from "@frond/network";
import { acceptStandIns, standInQueue } from "../support/standInQueue.ts";

/*
 * The process of L1 and the coordinator with every part of `frond start`, but for the proofs: an epoch settles at once,
 * so that processes can be killed in every stage of many epochs. The layers run as processes of their own.
 */

const { values } = parseArgs({
  options: {
    config: { type: "string" },
    data: { type: "string" },
    "coordinator-port": { type: "string" },
    "epoch-seconds": { type: "string" },
    "layer-timeout": { type: "string" },
  },
});

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
    openQueue: standInQueue,
  });
  await acceptStandIns(network);
  process.stdout.write("Frond is running\n");
}

const write = ({ time, level, message, fields }: LogEntry) =>
  process.stdout.write(`${new Date(time).toISOString()} ${level} ${message} ${JSON.stringify(fields)}\n`);

await start(createLogger({ level: "info", sink: write }));
