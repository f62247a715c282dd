import type { Field } from "@frond/foundation";
import {
  dataModeOf,
  type LayerFile,
  LayerStoppedError,
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
  storeDirectory,
  takeUpgrade,
} from "@frond/network";
import type { FrondNode } from "@frond/node";
import { fieldSchema, layerConfigHash, toJsonValue } from "@frond/protocol";
import { type PreparedCircuit, packCircuit } from "@frond/prover";
import { requireSoundStore } from "@frond/store";
import { Command } from "commander";
import * as z from "zod";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { upgradedOnLayerOne } from "../network/upgradedOnLayerOne.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import { type DoorOptions, type KeepOptions, keptOf, portNumber, withDoorOptions, withKeepOption } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = { layer: string; coordinator?: string; l1?: string; host: string; port?: number } & DoorOptions &
  KeepOptions;

export function nodeCommand(): Command {
  return withKeepOption(withDoorOptions(withCommonOptions(new Command("node"))))
    .description("run the node of one layer by itself: its sequencer, its state, its JSON-RPC")
    .requiredOption("--layer <name>", "which layer; its directory layers/<name> has to be in the data directory")
    .option("--coordinator <url>", "of the network; by default the one that the data directory knows")
    .option("--l1 <urls>", "of an RPC of L1, which says whether an upgrade that waits has come; that of the network")
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", "of its JSON-RPC; 0 takes a free one", portNumber)
    .action(async (_options: unknown, self: Command) => {
      await run(settingsOf(self), self.opts<Options>());
    });
}

async function run(settings: Settings, options: Options): Promise<void> {
  const { dataDirectory, json, debug } = settings;
  const reporter = createReporter({ debug, toStderr: json });
  requireLayerFile(dataDirectory, options.layer);
  const coordinatorUrl = () => options.coordinator ?? readNetworkFile(dataDirectory)?.coordinatorUrl ?? "";
  if (coordinatorUrl() === "") {
    throw new UsageError(
      "It is not known where the network's coordinator is. Name it with --coordinator http://host:port.",
    );
  }
  const unlock = lockDirectory(layerDirectory(dataDirectory, options.layer));
  try {
    await takeUpgrade(dataDirectory, options.layer, () => configHashOf(settings, { ...options, coordinatorUrl }));
    const layer = requireLayerFile(dataDirectory, options.layer);
    await untilStopped({
      what: `Layer ${layer.name}`,
      start: () => startLayer(settings, options, { layer, coordinatorUrl, reporter }),
      async work(node) {
        if (json) process.stdout.write(`${toJsonLine({ layer: layer.name, layerId: layer.layerId, url: node.url })}\n`);
        else reporter.line(`  layer ${layer.name} answers at ${node.url}, coordinator ${coordinatorUrl()}`);
        throw new LayerStoppedError(layer.name, messageOf(await node.failed));
      },
      close: (node) => node.close(),
      logger: reporter.logger,
    });
  } finally {
    unlock();
  }
}

const recordSchema = z.looseObject({ record: z.looseObject({ configHash: fieldSchema }) });

/**
 * The hash of the config that L1 has of a layer which is to be upgraded: as L1 says it, or else the coordinator.
 * Without an answer the layer does not start: as it was, it could promise what nobody keeps any more.
 * @throws UsageError
 */
async function configHashOf(
  settings: Settings,
  { layer: name, l1, coordinatorUrl }: Pick<Options, "layer" | "l1"> & { readonly coordinatorUrl: () => string },
): Promise<Field | undefined> {
  const { layerId, settlement, config } = requireLayerFile(settings.dataDirectory, name);
  const isKnown = (l1 ?? readNetworkFile(settings.dataDirectory)?.l1Url) !== undefined;
  if (isKnown) {
    const place = { ...(l1 === undefined ? {} : { l1 }), settlement: settlement as `0x${string}` };
    const upgraded = await upgradedOnLayerOne(settings, { ...place, layerId }).catch(() => undefined);
    if (upgraded !== undefined) return upgraded.at(-1) ?? layerConfigHash(config);
  }
  const question = toJsonValue({ layerId });
  const promises = await ask(coordinatorUrl(), "frond_layerPromises", question).catch(() => undefined);
  const said = recordSchema.safeParse(promises).data?.record.configHash;
  if (said !== undefined) return said;
  throw new UsageError(
    `An upgrade of ${name} waits, and neither L1 nor the coordinator says whether it has come. Name a node of L1 with --l1, or start the layer again when one of them answers.`,
    { name },
  );
}

type LayerParts = {
  readonly layer: LayerFile;
  readonly coordinatorUrl: () => string;
  readonly reporter: Reporter;
};

async function startLayer(
  { dataDirectory, cacheDirectory }: Settings,
  options: Options,
  { layer, coordinatorUrl, reporter }: LayerParts,
): Promise<FrondNode> {
  const { logger } = reporter;
  const { host, port = layer.port } = options;
  await requireSoundStore(storeDirectory(dataDirectory, layer.name));
  await requireFreePorts([{ host, port, what: `layer ${layer.name}`, option: "--port" }]);
  return await runLayer({
    layer,
    dataDirectory,
    coordinatorUrl,
    host,
    allowedOrigins: options.allowedOrigins,
    allowedHosts: options.allowedHosts,
    ...keptOf(options),
    ...(options.port === undefined ? {} : { port: options.port }),
    logger,
    packedCircuit: (digest) => packedCircuitOf(layer, digest, { cacheDirectory, reporter }),
  });
}

/** One of the layer's block circuits, compiled and keyed for a coordinator that does not have it. */
async function packedCircuitOf(
  layer: LayerFile,
  digest: string,
  { cacheDirectory, reporter }: { readonly cacheDirectory: string; readonly reporter: Reporter },
): Promise<Uint8Array> {
  const { prover } = await openProver({
    referenceString: layer.referenceString,
    cacheDirectory,
    logger: reporter.logger,
    onProgress: reporter.step,
  });
  try {
    const application = await loadApplication(layer.application);
    const circuits = await prepareBlockCircuits(
      prover,
      { application, sizes: layer.sizes, data: dataModeOf(layer.config) },
      (step) => reporter.step({ step }),
    );
    const found = [...circuits.values()].find((circuit: PreparedCircuit) => circuit.digest === digest);
    if (found === undefined)
      throw new NetworkMismatchError("block circuit", { expected: digest, actual: "none like it" });
    return packCircuit(found);
  } finally {
    await prover.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
