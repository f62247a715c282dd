import type { Logger } from "@frond/foundation";
import { openTracer } from "@frond/foundation/node";
import { blockInputs, dataRulesOf, type Program } from "@frond/language";
import { callEvery, type EpochRecord, type FrondNode, type NodeContext, type NodeHooks, startNode } from "@frond/node";
import { blockData, layerConfigHash } from "@frond/protocol";
import { createLayerLink, type LayerCommittee, type LayerLink } from "@frond/settlement/link";
import { loadApplication } from "../applications/findApplication.ts";
import { requireSameApplication } from "../applications/requireSameApplication.ts";
import { dataModeOf } from "../deploy/dataModeOf.ts";
import { type LayerFile, storeDirectory } from "../directory/layerFile.ts";
import { type ObservedCall, observeCalls } from "./observeCalls.ts";
import { registerLayer } from "./registerLayer.ts";

export type RunLayerOptions = {
  readonly layer: LayerFile;
  readonly dataDirectory: string;
  /** Of the coordinator, `http://host:port`; asked for at every attempt to connect, for it may come back elsewhere. */
  readonly coordinatorUrl: () => string;
  /** Where its JSON-RPC listens. */
  readonly host: string;
  readonly port?: number;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** For so many settled epochs the layer keeps blocks, witnesses and places of transactions; for ever without it. */
  readonly keepEpochs?: number;
  readonly logger: Logger;
  /** Told of every call of the layer. */
  readonly onCall?: (call: ObservedCall) => void;
  /** A circuit of the layer in packed form, for a coordinator that does not have it. */
  readonly packedCircuit?: (digest: string) => Promise<Uint8Array>;
};

/**
 * A coordinator that is there tells a layer the time as soon as they are connected. Without one the layer still orders
 * transactions, by the clock of its machine.
 */
const TIME_WAIT_MILLISECONDS = 5_000;

/** Runs the node of one layer: its sequencer, its store, its JSON-RPC, and its connection with the coordinator. */
export async function runLayer(options: RunLayerOptions): Promise<FrondNode> {
  const { layer, logger } = options;
  const application = await loadApplication(layer.application);
  requireSameApplication(application, { dataDirectory: options.dataDirectory, layer: layer.name });
  let url = "";
  const tracer = await openTracer({ part: "layer", attributes: { "frond.layer.name": layer.name }, logger });
  const node = await startNode(
    {
      program: application.program,
      layer: {
        layerId: layer.layerId,
        config: layer.config,
        chainId: BigInt(layer.chainId),
        settlement: layer.settlement as `0x${string}`,
      },
      sizes: layer.sizes,
      ...(layer.genesis === undefined ? {} : { genesis: layer.genesis }),
      data: dataModeOf(layer.config),
      sequencerSecret: layer.sequencerSecret,
      blockMilliseconds: layer.blockMilliseconds,
      messageDelayMilliseconds: layer.messageDelayMilliseconds,
      timeWaitMilliseconds: TIME_WAIT_MILLISECONDS,
      feeRule: layer.feeRule,
      limits: layer.limits,
      dataDirectory: storeDirectory(options.dataDirectory, layer.name),
      rpc: {
        host: options.host,
        port: options.port ?? layer.port,
        allowedOrigins: options.allowedOrigins,
        allowedHosts: options.allowedHosts,
      },
      hooks: [
        coordinatorHook(options, application.program, () => url),
        ...everyHooks(layer, application),
        ...(options.onCall === undefined ? [] : [observeCalls(application, options.onCall)]),
      ],
    },
    { logger, tracer },
  ).catch(async (error) => {
    await tracer.close();
    throw error;
  });
  url = node.url;
  return {
    ...node,
    async close() {
      await node.close();
      await tracer.close();
    },
  };
}

function everyHooks({ every, sequencerSecret }: LayerFile, { program }: { readonly program: Program }): NodeHooks[] {
  return every === null ? [] : [callEvery({ program, ...every, secret: sequencerSecret })];
}

/** The connection with the coordinator as a stage of the node. It connects once the node's address is known. */
function coordinatorHook(
  { layer, coordinatorUrl, keepEpochs, logger, packedCircuit }: RunLayerOptions,
  program: Program,
  url: () => string,
): NodeHooks {
  let link: LayerLink | undefined;
  const data = dataModeOf(layer.config);
  const sizes = new Map(layer.sizes.map((size) => [size.name, size]));
  return {
    name: "coordinator",
    async start(context) {
      link = createLayerLink(
        {
          layerId: layer.layerId,
          coordinatorUrl: () => `${coordinatorUrl().replace(/^http/, "ws")}/layers`,
          secret: layer.sequencerSecret,
          url,
          configHash: layerConfigHash(layer.config),
        },
        {
          sequencer: context.sequencer,
          store: context.store,
          blockInputs: (witness) => blockInputs({ program, size: sizes.get(witness.size)!, witness, data }),
          ...committeeOf(layer, program),
          setBlockStatus: (number, status) => context.setBlockStatus(number, status),
          traceOf: context.traces.ofBlock,
          async onSettled(epoch, blocks, { details, trace }) {
            context.traces.settled({ epoch, blocks, details, trace });
            await keepEpoch(context, epoch, { blocks, details });
            if (keepEpochs !== undefined) await context.forgetEpoch(epoch - keepEpochs);
          },
          logger,
          register: () => registerLayer(coordinatorUrl(), layer),
          ...(packedCircuit === undefined ? {} : { packedCircuit }),
        },
      );
      // The node's address is known in the next turn, when it listens.
      setTimeout(() => void link?.start(), 0);
    },
    onBlock: (block) => link?.blockSealed(block),
    status: () => link?.status() ?? {},
    close: async () => link?.close(),
  };
}

/** Has the layer's blocks signed for, if they leave words to a committee. */
function committeeOf({ committee, config }: LayerFile, program: Program): { readonly committee?: LayerCommittee } {
  if (committee === null) return {};
  const rules = dataRulesOf(program, dataModeOf(config));
  return {
    committee: {
      committee,
      committeeWords: (witness) => blockData({ ...witness, ...rules }).committeeWords,
    },
  };
}

async function keepEpoch(
  context: NodeContext,
  epoch: number,
  { blocks, details }: { blocks: readonly { readonly number: number }[]; details: Readonly<Record<string, unknown>> },
): Promise<void> {
  const record: EpochRecord = { epoch, status: "settled", blocks: blocks.map(({ number }) => number), details };
  await context.putEpoch(record);
}
