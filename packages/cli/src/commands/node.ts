import {
  layerDirectory,
  loadApplication,
  lockDirectory,
  NetworkMismatchError,
  openProver,
  prepareBlockCircuits,
  readNetworkFile,
  requireFreePorts,
  requireLayerFile,
  runLayer,
} from "@frond/network";
import { type PreparedCircuit, packCircuit } from "@frond/prover";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";
import { type DoorOptions, portNumber, withDoorOptions } from "./options.ts";
import { stopSignal } from "./stopSignal.ts";

type Options = { layer: string; coordinator?: string; host: string; port?: number } & DoorOptions;

export function nodeCommand(): Command {
  return withDoorOptions(withCommonOptions(new Command("node")))
    .description("run the node of one layer by itself: its sequencer, its state, its JSON-RPC")
    .requiredOption("--layer <name>", "which layer; its directory layers/<name> has to be in the data directory")
    .option("--coordinator <url>", "of the network; by default the one that the data directory knows")
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", "of its JSON-RPC; 0 takes a free one", portNumber)
    .action(async (_options: unknown, self: Command) => {
      await run(settingsOf(self), self.opts<Options>());
    });
}

async function run(settings: ReturnType<typeof settingsOf>, options: Options): Promise<void> {
  const { dataDirectory, cacheDirectory, json, debug } = settings;
  const reporter = createReporter({ debug, toStderr: json });
  const layer = requireLayerFile(dataDirectory, options.layer);
  const coordinatorUrl = () => options.coordinator ?? readNetworkFile(dataDirectory)?.coordinatorUrl ?? "";
  if (coordinatorUrl() === "") {
    throw new UsageError(
      "It is not known where the network's coordinator is. Name it with --coordinator http://host:port.",
    );
  }
  const stopping = stopSignal();
  const unlock = lockDirectory(layerDirectory(dataDirectory, layer.name));
  try {
    const { host, port = layer.port } = options;
    await requireFreePorts([{ host, port, what: `layer ${layer.name}`, option: "--port" }]);
    const { logger } = reporter;
    const node = await runLayer({
      layer,
      dataDirectory,
      coordinatorUrl,
      host: options.host,
      allowedOrigins: options.allowedOrigins,
      allowedHosts: options.allowedHosts,
      ...(options.port === undefined ? {} : { port: options.port }),
      logger,
      packedCircuit: async (digest) => {
        const { prover } = await openProver({
          referenceString: layer.referenceString,
          cacheDirectory,
          logger,
          onProgress: reporter.step,
        });
        try {
          const application = await loadApplication(layer.application);
          const circuits = await prepareBlockCircuits(prover, { application, sizes: layer.sizes }, (step) =>
            reporter.step({ step }),
          );
          const found = [...circuits.values()].find((circuit: PreparedCircuit) => circuit.digest === digest);
          if (found === undefined)
            throw new NetworkMismatchError("block circuit", { expected: digest, actual: "none like it" });
          return packCircuit(found);
        } finally {
          await prover.close();
        }
      },
    });
    try {
      if (json) process.stdout.write(`${toJsonLine({ layer: layer.name, layerId: layer.layerId, url: node.url })}\n`);
      else reporter.line(`  layer ${layer.name} answers at ${node.url}, coordinator ${coordinatorUrl()}`);
      await stopping.promise;
    } finally {
      await node.close();
    }
  } finally {
    unlock();
    stopping.release();
  }
}
