import type { Field } from "@frond/foundation";
import { snapshotOfLayer } from "../tree/knownLayer.ts";
import type { EpochProgress, ProverStatus, SettledEpoch } from "../types.ts";
import { type Core, isOnline, isQuarantined, knownLayers } from "./core.ts";
import type { LayerState } from "./layerState.ts";

export type LayerStatus = "online" | "offline" | "quarantined";

export type LayerView = {
  readonly name: string;
  readonly layerId: Field;
  readonly parentId: Field;
  readonly index: Field;
  readonly application: string;
  readonly url: string;
  readonly status: LayerStatus;
  /** Whether its record is in the tree on L1. */
  readonly isRegistered: boolean;
};

/** What `frond_network` shows: the tree at one moment. */
export type NetworkView = {
  readonly epoch: {
    readonly open: number;
    readonly proving: number | null;
    readonly settled: number;
    readonly stage: string;
    readonly done: number;
    readonly total: number;
  };
  readonly layers: readonly (LayerView & {
    readonly parent: string | null;
    readonly slot: number;
    readonly block: number;
    readonly transactionsPerSecond: number;
    readonly messagesInFlight: number;
    readonly blocksSealed: number;
    readonly blocksProven: number;
    readonly session: number;
    readonly fee: string | null;
  })[];
  readonly queue: ProverStatus;
  readonly l1: { readonly lastEpoch: number; readonly transaction: string | null; readonly gasUsed: number | null };
};

export function layerView(core: Core, layer: LayerState): LayerView {
  const { name, layerId, config, application } = layer.known;
  return {
    name,
    layerId,
    parentId: config.parentId,
    index: config.index,
    application,
    url: layer.url,
    status: isQuarantined(core, layer) ? "quarantined" : isOnline(layer) ? "online" : "offline",
    isRegistered: snapshotOfLayer(core.ledger.trunk, knownLayers(core), layerId) !== undefined,
  };
}

export function networkView(
  core: Core,
  progress: EpochProgress | undefined,
  last: SettledEpoch | undefined,
): NetworkView {
  const { open, proving } = core.epochs;
  return {
    epoch: {
      open,
      proving: proving ?? null,
      settled: core.ledger.epoch,
      stage: core.phase === "holding" ? "ending" : proving === undefined ? "open" : (progress?.stage ?? "blocks"),
      done: progress?.done ?? 0,
      total: progress?.total ?? 0,
    },
    layers: [...core.layers.values()].map((layer) => ({
      ...layerView(core, layer),
      parent: core.layers.get(layer.known.config.parentId)?.known.name ?? null,
      slot: layer.stats?.slot ?? layer.slot,
      block: layer.stats?.block ?? layer.accepted,
      transactionsPerSecond: Math.round(layer.rate * 10) / 10,
      messagesInFlight: core.mail.inFlight(open, layer.known.layerId),
      blocksSealed: layer.blocks.size,
      blocksProven: layer.proven.size,
      session: layer.session,
      fee: layer.stats?.fee ?? null,
    })),
    queue: core.dependencies.prover.status(),
    l1: {
      lastEpoch: core.ledger.epoch,
      transaction: last?.l1Transaction ?? null,
      gasUsed: last?.gasUsed ?? null,
    },
  };
}
