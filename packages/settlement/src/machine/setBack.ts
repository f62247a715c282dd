import type { Field } from "@frond/foundation";
import { MOST_DROPS } from "../link/frames.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { afterOffence } from "./conduct.ts";
import { type Drop, isHere, type LayerState } from "./layerState.ts";
import { bundlesNamed, hasPartOfLeg, linksIn } from "./legLinks.ts";
import { receiversOf } from "./letters.ts";
import { nameOf, putLayer, removeBlock, removeLetter, type Tree } from "./tree.ts";

/**
 * Sets layers back to their last block of closed epochs, together with every layer that has received from one of them
 * since: the messages that the receivers built on are void. Messages to the layers are delivered again. Each layer
 * executes its promised transactions again, except `drops` (ARCHITECTURE.md, "A set-back, step by step"). The set-back
 * is one change: durable for all layers or for none.
 */
export function setBack(tree: Tree, seeds: Iterable<Field>, drops?: ReadonlyMap<Field, readonly Drop[]>): Set<Field> {
  const ids = receiversOf(seeds, tree.letters);
  const layers = [...ids].flatMap((layerId) => tree.layers.get(layerId) ?? []);
  for (const layerId of ids) for (const letter of [...tree.letters.from(layerId)]) removeLetter(tree, letter);
  for (const layer of layers)
    setBackOne(tree, layer, [...(drops?.get(layer.layerId) ?? []), ...failedLegs(tree, layer)]);
  return ids;
}

/** What is never executed again of the blocks that a set-back removes: legs of bundles that have failed. */
function failedLegs(tree: Tree, { layerId, base, blocks }: LayerState): Drop[] {
  const removed = [...blocks.values()].map(({ block }) => block).filter(({ number }) => number > base);
  const links = linksIn(removed);
  const failed = [...bundlesNamed(links)].flatMap((id) => {
    const bundle = tree.bundles.get(id);
    const leg = bundle?.layers.indexOf(layerId) ?? -1;
    if (bundle?.status !== "failed" || leg === -1 || !hasPartOfLeg(links, { bundle, leg })) return [];
    return [bundle];
  });
  return dropsOf(tree, failed).get(layerId) ?? [];
}

/** The legs of failed bundles as what their layers leave out. */
export function dropsOf(tree: Tree, bundles: readonly BundleRecord[]): Map<Field, Drop[]> {
  const drops = new Map<Field, Drop[]>();
  for (const { layers, hashes, leg = 0, reason = "it failed" } of bundles) {
    const message = `Leg ${leg} of its bundle, on layer ${nameOf(tree, layers[leg] ?? 0n)}, failed: ${reason}`;
    layers.forEach((layerId, i) => {
      const drop = { hash: hashes[i]!, code: "bundle-failed", message: message.slice(0, 1_500) };
      drops.set(layerId, [...(drops.get(layerId) ?? []), drop]);
    });
  }
  return drops;
}

/** In how many parts a layer is told what a set-back leaves out. */
export function partsOf(drops: readonly Drop[]): number {
  return Math.max(1, Math.ceil(drops.length / MOST_DROPS));
}

function setBackOne(tree: Tree, layer: LayerState, drops: readonly Drop[]): void {
  // Until it is back, others give nothing up: they may need what it sends again. Whoever is away is not waited for
  // anew.
  if (isHere(layer)) layer.returningSince = tree.round;
  layer.returningSince ??= tree.round;
  layer.drops = [...new Map([...layer.drops, ...drops].map((drop) => [drop.hash, drop])).values()];
  // One session for each part of what is left out (`wanted.ts`).
  layer.session += partsOf(layer.drops);
  layer.accepted = layer.base;
  tree.isNetworkDirty = true;
  tree.goingBack.add(layer);
  for (const [number, handed] of [...layer.blocks]) {
    if (number <= layer.base) continue;
    tree.gone.push(handed);
    removeBlock(tree, layer, number);
  }
  const isNew = { isDelivered: false, wasGiven: false, isSent: false, isHandled: false, isConsumed: false };
  for (const letter of tree.letters.to(layer.layerId)) tree.letters.change(letter, { ...isNew, error: undefined });
  layer.deposits.clear();
  putLayer(tree, layer);
}

/** Others were set back, or have to wait, because of the layer: it pays, not they. */
export function noteOffence(tree: Tree, layer: LayerState): void {
  const conduct = afterOffence(layer.conduct, { epoch: tree.epoch.number, now: tree.options.time() });
  if (conduct === layer.conduct) return;
  layer.conduct = conduct;
  tree.isNetworkDirty = true;
  putLayer(tree, layer);
}
