import type { Field } from "@frond/foundation";
import { isOnline, type LayerState } from "../machine/layerState.ts";
import { isQuarantined, type Tree } from "../machine/tree.ts";
import type { EpochProgress, ProverStatus, SettledEpoch } from "../types.ts";
import { type Core, isRegistered, knownLayers } from "./core.ts";

export type LayerStatus = "online" | "offline" | "quarantined" | "frozen";

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
  /**
   * Whether a block of the layer has settled, or the tree was deployed with the layer. Only then do others deal with
   * the layer before its blocks are proven.
   */
  readonly isEstablished: boolean;
  /** Seconds that its quarantine lasts still; 0 if it is in none. */
  readonly quarantineSeconds: number;
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
    /**
     * Why nothing can settle now, though nothing is lost: somebody else settled an epoch on L1, or L1's clock is far
     * behind the end of the epoch, or L1 asks for higher fees than it may have.
     */
    readonly blocked: string | null;
  };
  readonly layers: readonly (LayerView & {
    readonly parent: string | null;
    readonly time: number;
    readonly block: number;
    /** Milliseconds for which it opens no block, because its last one is ahead of the network's time. */
    readonly ahead: number;
    readonly transactionsPerSecond: number;
    readonly messagesInFlight: number;
    readonly blocksSealed: number;
    readonly blocksProven: number;
    readonly session: number;
    readonly fee: string | null;
    /** The fullest part of its last block that has not settled, from 0 to 1; null if there is none. */
    readonly fullness: number | null;
  })[];
  readonly queue: ProverStatus;
  readonly l1: { readonly lastEpoch: number; readonly transaction: string | null; readonly gasUsed: number | null };
};

export function layerView(core: Core, layer: LayerState, known = knownLayers(core)): LayerView {
  const { name, layerId, config, application } = layer.known;
  return {
    name,
    layerId,
    parentId: config.parentId,
    index: config.index,
    application,
    url: layer.url,
    status: statusOf(core.tree, layer),
    isRegistered: isRegistered(core, layer, known),
    isEstablished: layer.conduct.isEstablished,
    quarantineSeconds: Math.max(0, Math.ceil((layer.conduct.quarantinedUntil - core.tree.options.time()) / 1_000)),
  };
}

function statusOf(tree: Tree, layer: LayerState): LayerStatus {
  if (layer.isFrozen === true) return "frozen";
  return isQuarantined(tree, layer) ? "quarantined" : isOnline(layer) ? "online" : "offline";
}

export function networkView(
  core: Core,
  progress: EpochProgress | undefined,
  last: SettledEpoch | undefined,
): NetworkView {
  const { epoch, closed, layers } = core.tree;
  const known = knownLayers(core);
  return {
    epoch: {
      open: epoch.number,
      proving: closed?.number ?? null,
      settled: core.ledger.epoch,
      stage: epoch.stage !== "open" ? "ending" : closed === undefined ? "open" : (progress?.stage ?? "blocks"),
      done: progress?.done ?? 0,
      total: progress?.total ?? 0,
      blocked: core.blocked ?? core.waiting ?? core.dependencies.layerOne.waiting() ?? null,
    },
    layers: [...layers.values()].map((layer) => ({
      ...layerView(core, layer, known),
      parent: layers.get(layer.known.config.parentId)?.known.name ?? null,
      time: layer.stats?.time ?? layer.time,
      block: layer.stats?.block ?? layer.accepted,
      ahead: layer.stats?.ahead ?? 0,
      transactionsPerSecond: Math.round(layer.rate * 10) / 10,
      messagesInFlight: messagesInFlight(core.tree, layer),
      blocksSealed: layer.blocks.size,
      blocksProven: layer.proven.size,
      session: layer.session,
      fee: layer.stats?.fee ?? null,
      fullness: fullnessOf(layer),
    })),
    queue: core.dependencies.prover.status(),
    l1: {
      lastEpoch: core.ledger.epoch,
      transaction: last?.l1Transaction ?? null,
      gasUsed: last?.gasUsed ?? null,
    },
  };
}

/** Of the places that a block of its size has, the part that is used up most. */
function fullnessOf({ blocks, accepted, known }: LayerState): number | null {
  const block = blocks.get(accepted)?.block;
  const size = known.sizes.find(({ name }) => name === block?.size);
  if (block === undefined || size === undefined) return null;
  const shares = [
    [block.transactions.length, size.transactions],
    [block.entries + block.inserts, size.entries],
    [block.inserts, size.inserts],
    [block.consumed.length, size.consumed],
    [block.produced.length, size.produced],
  ].map(([used, places]) => (places === 0 ? 0 : used! / places!));
  return Math.round(Math.max(...shares) * 100) / 100;
}

/** Messages of the running epoch from or to a layer that their receiver has not consumed. */
function messagesInFlight({ letters, epoch }: Tree, { layerId }: LayerState): number {
  let count = 0;
  for (const mail of [...letters.mailFrom(layerId), ...letters.mailTo(layerId)])
    if (mail.epoch === epoch.number) count += mail.counts.unhandled;
  return count;
}
