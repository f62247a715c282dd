import type { Field } from "@frond/foundation";
import type { SettledEpoch } from "../types.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { afterSettled } from "./conduct.ts";
import { forgetBundles } from "./forgetBundles.ts";
import { blocksOfEpoch } from "./layerState.ts";
import { dropsOf, noteOffence, setBack } from "./setBack.ts";
import { mostListed } from "./shares.ts";
import { enterStage, put, putBundle, putClosed, putLayer, removeBlock, type Tree } from "./tree.ts";

/** Why a layer's blocks from `block` on are left out of the closed epoch. */
export type Exclusion = { readonly block: number; readonly rule: string; readonly reason: string };

/**
 * What an honest layer never does, besides using more of the settlement list than it was told. A message without a
 * counterpart may be nobody's fault who is left out.
 */
const BROKEN_RULES = new Set([
  "proof",
  "vault",
  "message-layer",
  "message-kind",
  "message-slot",
  "deposit",
  "state",
  "slot",
  "list-entry",
]);

/** A bundle that an epoch leaves out is executed again in the next one, so many times; then it has failed. */
const MOST_ATTEMPTS = 1;

/**
 * Leaves blocks out of the closed epoch. Their layers go back to the last block that is not left out, and execute their
 * promised transactions again in the running epoch. A bundle that loses one leg loses all legs in this epoch, and is
 * executed again with the other transactions.
 */
export function leaveOut(tree: Tree, excluded: ReadonlyMap<Field, Exclusion>): void {
  const closed = tree.closed!;
  const lost = new Set<Field>();
  const leftOut = [...closed.leftOut];
  for (const [layerId, { block, rule, reason }] of excluded) {
    const layer = tree.layers.get(layerId)!;
    const hasOverdrawn = mostListed(blocksOfEpoch(layer, closed.number)) > layer.places.before;
    for (const record of blocksOfEpoch(layer, closed.number))
      if (record.number >= block) for (const hash of record.transactions) lost.add(hash);
    layer.base = block - 1;
    leftOut.push({ layer: layer.known.name, block, rule, reason });
    if (BROKEN_RULES.has(rule) || (rule === "list" && hasOverdrawn)) noteOffence(tree, layer);
  }
  putClosed(tree, { ...closed, stage: "blocks", leftOut });
  const failed: BundleRecord[] = [];
  for (const bundle of tree.bundles.values()) {
    if (bundle.status !== "preconfirmed" || !bundle.hashes.some((hash) => lost.has(hash))) continue;
    if (bundle.leftOut < MOST_ATTEMPTS)
      putBundle(tree, { ...bundle, epoch: tree.epoch.number, leftOut: bundle.leftOut + 1 });
    else {
      const leg = bundle.hashes.findIndex((hash) => lost.has(hash));
      failed.push({
        ...bundle,
        status: "failed",
        epoch: tree.epoch.number,
        leg,
        reason: "its layer was left out of two epochs",
      });
    }
  }
  for (const bundle of failed) putBundle(tree, bundle);
  setBack(tree, excluded.keys(), dropsOf(tree, failed));
}

/** Nothing of the closed epoch can settle: it is opened again under its number, and every layer goes back into it. */
export function reopenEpoch(tree: Tree, number = tree.closed!.number): void {
  for (const layer of tree.layers.values()) {
    const first = Math.min(...[...layer.blocks.keys()]);
    layer.base = Math.min(layer.base, first - 1);
  }
  for (const bundle of tree.bundles.values())
    if (bundle.status === "preconfirmed") putBundle(tree, { ...bundle, epoch: number });
  enterStage(tree, { stage: "open", number }, undefined);
  setBack(tree, tree.layers.keys());
}

/** L1 has accepted the closed epoch. May be done again after a crash. */
export function noteSettled(
  tree: Tree,
  settled: {
    readonly epoch: number;
    /** The last included block of each layer that moved. */
    readonly through: ReadonlyMap<Field, number>;
    readonly deposits: readonly number[];
    readonly summary: SettledEpoch;
  },
): void {
  const { epoch, through, deposits, summary } = settled;
  put(tree, "epochs", String(epoch), { summary, through });
  for (const id of deposits) {
    put(tree, "deposits", String(id), true);
    tree.deposits.delete(id);
    tree.usedDeposits.add(id);
  }
  noteSettledBundles(tree, through);
  const names = new Set(summary.leftOut.map(({ layer }) => layer));
  for (const layer of tree.layers.values()) {
    const last = through.get(layer.layerId);
    if (last !== undefined) {
      for (const number of [...layer.blocks.keys()]) if (number <= last) removeBlock(tree, layer, number);
      layer.conduct = afterSettled(layer.conduct);
      layer.leftOut = 0;
      tree.isNetworkDirty = true;
    } else if (names.has(layer.known.name)) layer.leftOut += 1;
    else continue;
    putLayer(tree, layer);
  }
  if (tree.closed?.number === epoch) putClosed(tree, undefined);
  forgetBundles(tree, epoch);
}

/**
 * A bundle has settled when its legs have settled, in whichever epoch the legs were first executed. The legs settle
 * together or not at all.
 */
function noteSettledBundles(tree: Tree, through: ReadonlyMap<Field, number>): void {
  const hashes = new Set<Field>();
  for (const [layerId, last] of through)
    for (const { block } of tree.layers.get(layerId)?.blocks.values() ?? [])
      if (block.number <= last) for (const hash of block.transactions) hashes.add(hash);
  for (const bundle of tree.bundles.values())
    if (bundle.status !== "settled" && bundle.hashes.every((hash) => hashes.has(hash)))
      putBundle(tree, { ...bundle, status: "settled" });
}
