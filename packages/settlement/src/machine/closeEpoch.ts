import type { Field } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import { isForcedId } from "../tree/itemIds.ts";
import type { SettledEpoch } from "../types.ts";
import { afterSettled } from "./conduct.ts";
import { forgetBundles } from "./forgetBundles.ts";
import { blocksOfEpoch, type LayerState } from "./layerState.ts";
import { bundlesNamed, hasLeg, linksIn } from "./legLinks.ts";
import { type LostBlocks, loseBundles } from "./loseBundles.ts";
import { CAUSES, isBreach, type Rule } from "./rules.ts";
import { dropsOf, noteOffence, setBack } from "./setBack.ts";
import { mostListed } from "./shares.ts";
import { enterStage, put, putBundle, putClosed, putLayer, removeBlock, type Tree } from "./tree.ts";

/**
 * Why a layer's blocks from `block` on are left out of the closed epoch. A rule that the layer broke in one of them is
 * the reason, whatever others did to blocks before it.
 */
export type Exclusion = { readonly block: number; readonly rule: Rule; readonly reason: string };

/**
 * How often all patience is doubled while epochs leave out what had not met its other side: on a machine that is so
 * busy, the next attempt with the same patience would be in vain too, and so on for ever. `advanceEpoch.ts` says how
 * long an epoch takes at most all the same.
 */
const MOST_DOUBLINGS = 4;

const UNPAIRED_RULES: ReadonlySet<Rule> = new Set(["unconsumed", "unproduced"]);

/**
 * Whether a layer is left out because of what it exchanged with another one, and a block of both has settled before.
 * A layer that does not consume what it sent to itself says nothing of how busy the machine is.
 */
function hasNotMet(tree: Tree, layer: LayerState, { block, rule }: Exclusion): boolean {
  const isOther = (layerId: Field) =>
    layerId !== layer.layerId && tree.layers.get(layerId)?.conduct.isEstablished === true;
  const isMail = ({ produced, consumed }: BlockRecord) =>
    produced.some(({ to }) => isOther(to)) || consumed.some(({ message }) => isOther(message.from));
  if (!UNPAIRED_RULES.has(rule) || !layer.conduct.isEstablished) return false;
  return blocksOfEpoch(layer, tree.closed!.number).some((handed) => handed.number >= block && isMail(handed));
}

/**
 * Leaves blocks out of the closed epoch. Their layers go back to the last block that is not left out, and execute their
 * promised transactions again in the running epoch. A bundle that loses one leg loses all legs in this epoch, and is
 * executed again with the other transactions.
 */
export function leaveOut(tree: Tree, excluded: ReadonlyMap<Field, Exclusion>): void {
  const closed = tree.closed!;
  const lost = new Map<Field, LostBlocks>();
  const leftOut = [...closed.leftOut];
  const hasUnmet = [...excluded].some(([layerId, one]) => hasNotMet(tree, tree.layers.get(layerId)!, one));
  if (closed.hasUnmet !== true && hasUnmet)
    tree.patienceDoublings = Math.min(MOST_DOUBLINGS, tree.patienceDoublings + 1);
  for (const [layerId, { block, rule, reason }] of excluded) {
    const layer = tree.layers.get(layerId)!;
    const hasOverdrawn = mostListed(blocksOfEpoch(layer, closed.number)) > layer.places.before;
    const gone = blocksOfEpoch(layer, closed.number).filter(({ number }) => number >= block);
    lost.set(layerId, { blocks: gone, isBroken: isBreach(rule) });
    layer.base = block - 1;
    leftOut.push({ layer: layer.known.name, block, rule, reason });
    if (isBreach(rule) || (CAUSES[rule] === "share" && hasOverdrawn)) noteOffence(tree, layer);
  }
  putClosed(tree, { ...closed, stage: "blocks", leftOut, hasUnmet: closed.hasUnmet === true || hasUnmet });
  const failed = loseBundles(tree, lost);
  setBack(tree, excluded.keys(), dropsOf(tree, failed));
}

/**
 * Counts that layers were left out for causes of their own: such a layer ends epochs by itself ever less often. What
 * others kept from settling settles in the next epoch, the sooner the better.
 */
export function countLeftOut(tree: Tree, leftOut: SettledEpoch["leftOut"]): void {
  const own = new Set(leftOut.filter(({ rule }) => CAUSES[rule] !== "others").map(({ layer }) => layer));
  for (const layer of tree.layers.values()) {
    if (!own.has(layer.known.name)) continue;
    layer.leftOut += 1;
    putLayer(tree, layer);
  }
}

/**
 * Nothing of the closed epoch can settle: it is opened again under its number and after the same time, and every layer
 * goes back into it.
 */
export function reopenEpoch(
  tree: Tree,
  { number, after }: { readonly number: number; readonly after: number } = tree.closed!,
): void {
  for (const layer of tree.layers.values()) {
    const first = Math.min(...[...layer.blocks.keys()]);
    layer.base = Math.min(layer.base, first - 1);
  }
  for (const bundle of tree.bundles.values())
    if (bundle.status === "preconfirmed") putBundle(tree, { ...bundle, epoch: number });
  enterStage(tree, { stage: "open", number, after }, undefined);
  setBack(tree, tree.layers.keys());
}

/** The coordinator knows so many settled epochs. */
const KEPT_EPOCHS = 1_000;

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
  put(tree, "epochs", String(epoch - KEPT_EPOCHS), undefined);
  if (tree.closed?.number === epoch && tree.closed.hasUnmet !== true)
    tree.patienceDoublings = Math.max(0, tree.patienceDoublings - 1);
  for (const id of deposits) noteUsed(tree, id);
  // Whoever made these takes them back on L1.
  const until = tree.closed?.number === epoch ? tree.closed.until : 0;
  for (const { id, expiry } of tree.deposits.values()) if (expiry <= until && !isForcedId(id)) noteUsed(tree, id);
  noteSettledBundles(tree, through);
  const settledNames = new Set<string>();
  for (const layer of tree.layers.values()) {
    const last = through.get(layer.layerId);
    if (last === undefined) continue;
    settledNames.add(layer.known.name);
    for (const number of [...layer.blocks.keys()]) if (number <= last) removeBlock(tree, layer, number);
    layer.conduct = afterSettled(layer.conduct);
    layer.leftOut = 0;
    tree.isNetworkDirty = true;
    putLayer(tree, layer);
  }
  countLeftOut(
    tree,
    summary.leftOut.filter(({ layer }) => !settledNames.has(layer)),
  );
  if (tree.closed?.number === epoch) putClosed(tree, undefined);
  forgetBundles(tree, epoch);
}

/** No further epoch can use a deposit. */
export function noteUsed(tree: Tree, id: number): void {
  put(tree, "deposits", String(id), true);
  tree.deposits.delete(id);
  tree.usedDeposits.add(id);
}

/**
 * A bundle has settled when its legs have settled, in whichever epoch the legs were first executed. The legs settle
 * together or not at all, as long as no layer's circuit leaves out a link.
 */
export function noteSettledBundles(tree: Tree, through: ReadonlyMap<Field, number>): void {
  for (const [layerId, last] of through) {
    const handed = [...(tree.layers.get(layerId)?.blocks.values() ?? [])].map(({ block }) => block);
    const links = linksIn(handed.filter(({ number }) => number <= last));
    for (const id of bundlesNamed(links)) {
      const bundle = tree.bundles.get(id);
      const leg = bundle?.layers.indexOf(layerId) ?? -1;
      if (bundle === undefined || leg === -1 || !hasLeg(links, { bundle, leg })) continue;
      const settledLegs = [...new Set([...(bundle.settledLegs ?? []), leg])];
      const status = settledLegs.length === bundle.layers.length ? "settled" : bundle.status;
      putBundle(tree, { ...bundle, settledLegs, status });
    }
  }
}
