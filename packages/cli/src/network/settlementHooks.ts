import type { Application } from "@frond/language";
import { blockInputs, blockSizes } from "@frond/language";
import type { EpochRecord, NodeContext, NodeHooks } from "@frond/node";
import type { Prover } from "@frond/prover";
import {
  createEpochProver,
  createLayerOne,
  createSettlement,
  type EpochCircuits,
  type EpochPolicy,
  type EpochProgress,
  type SettledEpoch,
  type Settlement,
} from "@frond/settlement";
import { identityOf, trunkOf } from "./deployNetwork.ts";
import type { LayerOneChain } from "./layerOneChain.ts";
import type { NetworkFile } from "./networkFile.ts";

export type SettlementHooksOptions = {
  readonly application: Application;
  readonly circuits: EpochCircuits;
  readonly prover: Prover;
  readonly l1: LayerOneChain;
  readonly network: NetworkFile;
  readonly confirmations: number;
  readonly policy: Partial<EpochPolicy>;
  readonly onProgress: (progress: EpochProgress) => void;
  readonly onSettled: (epoch: SettledEpoch) => void;
  readonly onFailed: (error: unknown) => void;
};

/** The settlement stage as a plug-in of the node, and a way to end an epoch by hand. */
export type SettlementHooks = NodeHooks & { closeEpoch(): Promise<void> };

export function createSettlementHooks(options: SettlementHooksOptions): SettlementHooks {
  let settlement: Settlement | undefined;
  return {
    name: "settlement",
    async start(context) {
      settlement = createStage(options, context);
      await settlement.start();
    },
    onBlock: (block) => settlement?.blockSealed(block),
    layerRecord: () => settlement?.layer.record,
    status: () => settlement?.status() ?? {},
    metrics: () => metricsOf(settlement, options.prover),
    closeEpoch: async () => settlement?.closeEpoch(),
    close: async () => settlement?.close(),
  };
}

function createStage(options: SettlementHooksOptions, context: NodeContext): Settlement {
  const { application, circuits, prover, l1, network } = options;
  const { store, sequencer, logger } = context;
  const sizes = new Map(blockSizes.map((size) => [size.name, size]));
  const putEpoch = (epoch: number, status: EpochRecord["status"], kept: Kept) =>
    context.putEpoch({ epoch, status, blocks: kept.blocks.map(({ number }) => number), details: kept.details ?? {} });
  return createSettlement(
    {
      layerId: BigInt(network.layerId),
      genesis: trunkOf(identityOf(network), application, circuits),
      settlement: network.settlement,
      policy: options.policy,
      pollInterval: options.l1.isLocal ? 250 : 4_000,
    },
    {
      store,
      sequencer,
      logger,
      layerOne: createLayerOne({
        publicClient: l1.publicClient,
        wallet: l1.wallet,
        settlement: network.settlement,
        verifier: network.verifier,
        deploymentBlock: BigInt(network.deploymentBlock),
        confirmations: options.confirmations,
      }),
      prover: createEpochProver({
        prover,
        circuits,
        store,
        logger,
        blockInputs: (witness) =>
          blockInputs({ program: application.program, size: sizes.get(witness.size)!, witness }),
      }),
      setBlockStatus: (number, status) => context.setBlockStatus(number, status),
      onProgress: options.onProgress,
      onClosed: (epoch, blocks) => putEpoch(epoch, "closed", { blocks }),
      async onSettled(epoch, blocks) {
        await putEpoch(epoch.epoch, "settled", { blocks, details: epoch });
        options.onSettled(epoch);
      },
      onFailed: options.onFailed,
    },
  );
}

type Kept = { readonly blocks: readonly { readonly number: number }[]; readonly details?: SettledEpoch };

function metricsOf(settlement: Settlement | undefined, prover: Prover): string {
  const { settledEpoch = 0, failures = 0 } = settlement?.status() ?? {};
  return [
    "# TYPE frond_settled_epoch gauge",
    `frond_settled_epoch ${settledEpoch}`,
    "# TYPE frond_settlement_failures counter",
    `frond_settlement_failures ${failures}`,
    "# TYPE frond_prover_peak_bytes gauge",
    `frond_prover_peak_bytes ${prover.memory().peakBytes}`,
  ].join("\n");
}
