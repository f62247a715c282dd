import { AggregateStepError, applySteps, genesisSnapshot, type LayerSnapshot } from "@frond/circuits";
import { type Field, FrondError, fieldToHex } from "@frond/foundation";
import { type EpochWindow, L1_LAYER_ID, type Message, messageHash } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { Exclusion } from "../machine/closeEpoch.ts";
import { CHUNKS_OF_BLOCKS, chunksOf, SEGMENTS_OF_BLOCKS } from "../machine/dataRoom.ts";
import { isBreach, type Rule } from "../machine/rules.ts";
import { depositsOf, exitsOf, HALF_OF_LIST } from "../machine/shares.ts";
import type { Deposit } from "../types.ts";
import { blockStep } from "./blockStep.ts";
import { depositMessage } from "./depositMessage.ts";
import { isForcedId } from "./itemIds.ts";
import { type KnownLayer, type KnownLayers, pathOf, snapshotAt } from "./knownLayer.ts";

export type EpochContent = {
  readonly window: EpochWindow;
  /** The trunk before the epoch. */
  readonly trunk: LayerSnapshot;
  readonly layers: KnownLayers;
  /** Blocks of the epoch that each layer handed over, in order. */
  readonly blocks: ReadonlyMap<Field, readonly BlockRecord[]>;
  /** Blocks that can't be proven, by layer: the first one's number and why. */
  readonly failed: ReadonlyMap<Field, { readonly block: number; readonly reason: string }>;
  /** A deposit queued on L1 that no earlier epoch has used. */
  readonly deposit: (id: number) => Deposit | undefined;
  /** Layers that wait for their registration. */
  readonly registrations: readonly Field[];
};

export type Inclusion = {
  /** For each layer with any, the blocks that settle: a prefix of those it handed over. */
  readonly included: ReadonlyMap<Field, readonly BlockRecord[]>;
  readonly excluded: ReadonlyMap<Field, Exclusion>;
};

/**
 * Which blocks of an epoch settle (ARCHITECTURE.md, "The machine"): the largest choice of prefixes in which every block
 * keeps the rules of the aggregate, every deposit is one of L1's, the list on L1 has room, and every message between
 * layers was produced and consumed. A layer that breaks a rule takes along only what depends on it.
 */
export function includeBlocks(content: EpochContent): Inclusion {
  const counts = new Map<Field, number>();
  const excluded = new Map<Field, Exclusion>();
  const cut = (layerId: Field, index: number, rule: Rule, reason: string) => {
    const blocks = content.blocks.get(layerId)!;
    if (index >= (counts.get(layerId) ?? blocks.length)) return;
    counts.set(layerId, index);
    const before = excluded.get(layerId);
    // What others consumed of a layer that broke a rule is left out with its blocks, and so are its blocks before.
    const cause = before !== undefined && isBreach(before.rule) ? before : { rule, reason };
    excluded.set(layerId, { ...cause, block: blocks[index]!.number });
  };
  for (const [layerId, blocks] of content.blocks) counts.set(layerId, blocks.length);
  for (const [layerId] of content.blocks) cutBroken(content, layerId, cut);
  cutDeposits(content, counts, cut);
  for (;;) {
    const before = total(counts);
    cutUnmatched(content, counts, cut);
    if (total(counts) === before) cutOverflow(content, counts, cut);
    if (total(counts) === before) cutData(content, counts, cut);
    if (total(counts) === before) break;
  }
  const included = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, blocks] of content.blocks) {
    const count = counts.get(layerId)!;
    if (count > 0) included.set(layerId, blocks.slice(0, count));
  }
  return { included, excluded };
}

type Cut = (layerId: Field, index: number, rule: Rule, reason: string) => void;

/** What the aggregate would refuse of a layer by itself: proofs that failed, keys, order, times, its vault. */
function cutBroken(content: EpochContent, layerId: Field, cut: Cut): void {
  const layer = content.layers.get(layerId);
  let snapshot = layer && snapshotBefore(content, layer);
  for (const [index, block] of content.blocks.get(layerId)!.entries()) {
    const next: LayerSnapshot | Broken =
      layer === undefined || snapshot === undefined
        ? { rule: "unregistered", reason: "the layer is not registered" }
        : applyBlock(content, { layer, snapshot, block });
    if ("rule" in next) {
      cut(layerId, index, next.rule, next.reason);
      break;
    }
    snapshot = next;
  }
}

type Broken = { readonly rule: Rule; readonly reason: string };

/** The layer after a block, or the rule that the block breaks. */
function applyBlock(
  { failed, window }: EpochContent,
  { layer, snapshot, block }: { layer: KnownLayer; snapshot: LayerSnapshot; block: BlockRecord },
): LayerSnapshot | Broken {
  const { layerId } = layer;
  const failure = failed.get(layerId);
  if (failure !== undefined && block.number >= failure.block) return { rule: "proof", reason: failure.reason };
  const circuit = layer.circuits.find(({ size }) => size === block.size);
  if (circuit === undefined) return { rule: "size", reason: `there is no block size ${block.size}` };
  try {
    const steps = [blockStep(block, { layerId, keyHash: circuit.keyHash })];
    return applySteps({ aggregateKeyHashes: [], layer: snapshot, window, steps }).layer;
  } catch (error) {
    if (!(error instanceof FrondError)) throw error;
    return { rule: error instanceof AggregateStepError ? error.rule : "unreadable", reason: error.message };
  }
}

function snapshotBefore(content: EpochContent, layer: KnownLayer): LayerSnapshot | undefined {
  const path = pathOf(content.layers, layer.layerId);
  const found = path && snapshotAt(content.trunk, path);
  if (found !== undefined) return found;
  const parent = content.layers.get(layer.config.parentId);
  const isRegistered = content.registrations.includes(layer.layerId);
  return isRegistered && parent !== undefined && snapshotBefore(content, parent) !== undefined
    ? genesisSnapshot(layer)
    : undefined;
}

/** What is consumed of L1 is a deposit that it queued, once, in an epoch that begins before the deposit's expiry. */
function cutDeposits(content: EpochContent, counts: ReadonlyMap<Field, number>, cut: Cut): void {
  const used = new Set<number>();
  for (const [layerId, blocks] of content.blocks) {
    for (const [index, block] of blocks.slice(0, counts.get(layerId)).entries()) {
      for (const { message, position } of block.consumed) {
        if (message.from !== L1_LAYER_ID) continue;
        const queued = content.deposit(position);
        if (queued === undefined || !isDeposit(message, queued) || used.has(position)) {
          cut(layerId, index, "deposit", "it consumes a message of L1 that L1 did not queue");
          break;
        }
        if (queued.expiry <= content.window.after && !isForcedId(position)) {
          cut(layerId, index, "deposit", `it consumes deposit ${position}, which has expired`);
          break;
        }
        used.add(position);
      }
    }
  }
}

function isDeposit(message: Message, deposit: Deposit): boolean {
  return messageHash(message) === messageHash(depositMessage(deposit));
}

type Place = { readonly layerId: Field; readonly index: number };

/** Cuts the blocks that hold one side of a message without the other. */
function cutUnmatched(content: EpochContent, counts: ReadonlyMap<Field, number>, cut: Cut): void {
  const sides = new Map<Field, { produced: Place[]; consumed: Place[]; message: Message }>();
  for (const [layerId, blocks] of content.blocks) {
    for (const [index, block] of blocks.slice(0, counts.get(layerId)).entries()) {
      const note = (message: Message, side: "produced" | "consumed") => {
        const hash = hashOf(message);
        const known = sides.get(hash) ?? { produced: [], consumed: [], message };
        known[side].push({ layerId, index });
        sides.set(hash, known);
      };
      for (const message of block.produced) if (message.to !== L1_LAYER_ID) note(message, "produced");
      for (const { message } of block.consumed) if (message.from !== L1_LAYER_ID) note(message, "consumed");
    }
  }
  for (const { produced, consumed, message } of sides.values()) {
    // The first so many have a counterpart; the others, of the later blocks, have none.
    for (const { layerId, index } of produced.slice(consumed.length))
      cut(layerId, index, "unconsumed", `a message to layer ${short(message.to)} was not consumed there`);
    for (const { layerId, index } of consumed.slice(produced.length))
      cut(layerId, index, "unproduced", `a message from layer ${short(message.from)} was not produced there`);
  }
}

/**
 * While a half of the list on L1 would overflow, the last block of the layer that puts most into it waits for the next
 * epoch: deposits never take a place of what goes to L1, nor the other way round.
 */
function cutOverflow(content: EpochContent, counts: ReadonlyMap<Field, number>, cut: Cut): void {
  for (const itemsOf of [depositsOf, exitsOf]) {
    const items = new Map<Field, number>();
    for (const [layerId, blocks] of content.blocks) {
      const own = blocks.slice(0, counts.get(layerId));
      items.set(
        layerId,
        own.reduce((count, block) => count + itemsOf(block), 0),
      );
    }
    if (total(items) <= HALF_OF_LIST) continue;
    const [layerId] = [...items].sort((a, b) => b[1] - a[1])[0]!;
    const blocks = content.blocks.get(layerId)!;
    const last = blocks.findLastIndex((block, index) => index < counts.get(layerId)! && itemsOf(block) > 0);
    cut(layerId, last, "list", "the layer has used more than its share of the epoch's settlement list");
    return;
  }
}

/**
 * While the data of the epoch would overflow, the last block of the layer that publishes most waits for the next one.
 */
function cutData(content: EpochContent, counts: ReadonlyMap<Field, number>, cut: Cut): void {
  const sizes = [
    { capacity: CHUNKS_OF_BLOCKS, sizeOf: chunksOf },
    { capacity: SEGMENTS_OF_BLOCKS, sizeOf: () => 1 },
  ];
  for (const { capacity, sizeOf } of sizes) {
    const used = new Map<Field, number>();
    for (const [layerId, blocks] of content.blocks) {
      const own = blocks.slice(0, counts.get(layerId));
      used.set(
        layerId,
        own.reduce((sum, block) => sum + sizeOf(block), 0),
      );
    }
    if (total(used) <= capacity) continue;
    const [layerId] = [...used].sort((a, b) => b[1] - a[1])[0]!;
    cut(layerId, counts.get(layerId)! - 1, "data-room", "the data of the epoch is full");
    return;
  }
}

function total(counts: ReadonlyMap<Field, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function short(layerId: Field): string {
  return `${fieldToHex(layerId).slice(0, 10)}..`;
}

/** Blocks are looked at again and again; their messages are hashed once. */
const hashes = new WeakMap<Message, Field>();

function hashOf(message: Message): Field {
  let hash = hashes.get(message);
  if (hash === undefined) {
    hash = messageHash(message);
    hashes.set(message, hash);
  }
  return hash;
}
