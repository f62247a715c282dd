import type { Field, Logger } from "@frond/foundation";
import { fieldToHex } from "@frond/foundation";
import { layerSource } from "@frond/store";
import type { CoordinatorFrame } from "../link/frames.ts";
import { childrenOf, type KnownLayers, snapshotOfLayer } from "../tree/knownLayer.ts";
import type { CoordinatorDependencies, CoordinatorOptions, Deposit, EpochPolicy } from "../types.ts";
import type { BundleRecord } from "./bundles.ts";
import type { CoordinatorState, Epochs, Ledger } from "./coordinatorState.ts";
import type { LayerState } from "./layerState.ts";
import type { Letter, Mail } from "./mail.ts";
import type { Requests } from "./requests.ts";

/** What the parts of the coordinator share. `open`: blocks and bundles are taken; `holding`: the open epoch ends. */
export type Core = {
  readonly options: CoordinatorOptions;
  readonly policy: EpochPolicy;
  readonly dependencies: CoordinatorDependencies;
  readonly logger: Logger;
  readonly state: CoordinatorState;
  readonly layers: Map<Field, LayerState>;
  readonly mail: Mail;
  readonly requests: Requests;
  readonly bundles: Map<Field, BundleRecord>;
  /** Deposits that no settled epoch has used, by id. */
  readonly deposits: Map<number, Deposit>;
  ledger: Ledger;
  epochs: Epochs;
  phase: "open" | "holding";
  /** Bundles between prepare and commit: an epoch waits for them. */
  bundlesRunning: number;
  /** Something changed that a loop may wait for. */
  wake(): void;
  /** Resolves when `condition` holds; false if that took longer than `milliseconds`, or the coordinator closes. */
  until(condition: () => boolean, milliseconds: number): Promise<boolean>;
  readonly signal: AbortSignal;
};

export function send(layer: LayerState, frame: CoordinatorFrame): void {
  layer.peer?.send(frame);
}

export function isOnline(layer: LayerState): boolean {
  return layer.peer !== undefined;
}

export function isQuarantined(core: Core, layer: LayerState): boolean {
  return layer.quarantinedUntil > core.ledger.epoch;
}

export function knownLayers(core: Core): KnownLayers {
  return new Map([...core.layers].map(([id, { known }]) => [id, known]));
}

/** Layers that are not in the tree yet. Parents come first, for a layer is taken only if its parent is known. */
export function unregistered(core: Core): Field[] {
  const known = knownLayers(core);
  return [...known.keys()].filter((id) => snapshotOfLayer(core.ledger.trunk, known, id) === undefined);
}

/** Gives a letter to its receiver, if that is there and the sender is believed. */
export function deliver(core: Core, letter: Letter): void {
  const to = core.layers.get(letter.to);
  const from = core.layers.get(letter.from);
  if (letter.sent || letter.handled || letter.epoch !== core.epochs.open) return;
  if (to === undefined || from === undefined || !isOnline(to)) return;
  if (isQuarantined(core, from) && !isProvenAt(from, letter.slot)) return;
  letter.sent = true;
  const { position, message } = letter;
  send(to, { type: "deliver", source: layerSource(letter.from), position, message });
}

function isProvenAt(layer: LayerState, slot: number): boolean {
  return [...layer.blocks.values()].some(({ block }) => block.slot === slot && layer.proven.has(block.number));
}

/** Tells every layer whom it can send to, and how much of the settlement list it has. */
export function tellNetwork(core: Core): void {
  const reachable = [...core.layers.values()].filter((layer) => isOnline(layer) && !isQuarantined(core, layer));
  const listQuota = Math.max(8, Math.floor(256 / Math.max(1, core.layers.size)));
  const frame: CoordinatorFrame = {
    type: "network",
    reachable: reachable.map(({ known }) => known.layerId),
    listQuota,
  };
  for (const layer of core.layers.values()) send(layer, frame);
}

export function nameOf(core: Core, layerId: Field): string {
  return core.layers.get(layerId)?.known.name ?? `${fieldToHex(layerId).slice(0, 10)}..`;
}

/** The first free index under a parent. */
export function freeIndex(core: Core, parentId: Field): number {
  const taken = new Set(childrenOf(knownLayers(core), parentId).map(({ config }) => config.index));
  let index = 0;
  while (taken.has(BigInt(index))) index++;
  return index;
}
