import { ethereumAddress, layerConfigHash } from "@frond/protocol";
import { UpgradeError, UpgradeNotAnnouncedError } from "../errors.ts";
import { isSignedLayer, type SignedLayer } from "../link/signedLayer.ts";
import { setBack } from "../machine/setBack.ts";
import { putLayer } from "../machine/tree.ts";
import { type KnownLayer, snapshotOfLayer } from "../tree/knownLayer.ts";
import { problemOfKeys, UNSIGNED } from "./checkKeys.ts";
import { type Core, knownLayers } from "./core.ts";
import { standingAnnouncement } from "./dueUpgrades.ts";
import { forgetUnused } from "./forgetCircuits.ts";
import { knowKeys } from "./knowKeys.ts";
import { putPlanned } from "./records.ts";

/**
 * Takes what a layer is to become. Its owner has announced that on L1, and the sequencer that it names then has signed
 * what comes with that, which the announcement does not bind; the first epoch that may carries it (`dueUpgrades.ts`).
 * Nothing changes if the layer is that already. Something else takes the place of what it was to become. A layer that
 * somebody else's epoch has upgraded becomes it at once.
 * @throws UpgradeError, UpgradeNotAnnouncedError
 */
export async function upgradeLayer(core: Core, { signature, ...next }: SignedLayer): Promise<void> {
  const { name, layerId } = next;
  const fail = (problem: string, advice: string) => new UpgradeError({ name, problem, advice });
  const layer = core.tree.layers.get(layerId);
  const now = snapshotOfLayer(core.ledger.trunk, knownLayers(core), layerId);
  if (layer === undefined || now === undefined)
    throw fail("L1 has no such layer", "Name a registered layer of `frond layer list`.");
  if (!isSignedLayer({ ...next, signature })) throw fail(UNSIGNED.problem, UNSIGNED.advice);
  const problem = problemOf(layer.known, next);
  if (problem !== undefined) throw fail(problem.problem, problem.advice);
  const configHash = layerConfigHash(next.config);
  if (configHash === layerConfigHash(layer.known.config)) return;
  if (now.record.configHash !== configHash) {
    const { owner } = now.config;
    if (owner === 0n) throw fail("nobody owns it", "Nothing can change it: add another layer instead.");
    const announcement = await standingAnnouncement(core, { layer: layerId, owner, after: core.tree.epoch.after });
    if (announcement?.configHash !== configHash)
      throw new UpgradeNotAnnouncedError({ name, owner: ethereumAddress(owner) });
  }
  await core.journal.change(() => {
    core.upgrades.set(layerId, next);
    core.upgradesFrom.delete(layerId);
    putPlanned(core.tree, layerId, next);
  });
  await takeUpgrades(core);
}

function problemOf(known: KnownLayer, next: KnownLayer): { problem: string; advice: string } | undefined {
  const { parentId, index, genesisStateRoot } = next.config;
  const { config } = known;
  if (next.name !== known.name) return { problem: `its name is ${known.name}`, advice: "A layer keeps its name." };
  const isSamePlace = parentId === config.parentId && index === config.index;
  if (!isSamePlace || genesisStateRoot !== config.genesisStateRoot)
    return {
      problem: "its place in the tree or its first state would change",
      advice: "A layer keeps both, and with them the number of values of an entry.",
    };
  return problemOfKeys(next);
}

/**
 * Puts what layers were to become in their place, where an epoch on L1 has done so. Blocks that a layer has made since
 * count for nothing: they are of the former application, under the former keys. Its node has to start again with the
 * new ones. May be done again after a crash.
 */
export async function takeUpgrades(core: Core): Promise<void> {
  const known = knownLayers(core);
  const taken = [...core.upgrades.values()].filter(({ layerId, config }) => {
    const record = snapshotOfLayer(core.ledger.trunk, known, layerId)?.record;
    return record !== undefined && record.configHash === layerConfigHash(config);
  });
  if (taken.length === 0) return;
  await core.journal.change(() => {
    for (const next of taken) take(core, next);
  });
}

function take(core: Core, next: KnownLayer): void {
  const { tree } = core;
  const layer = tree.layers.get(next.layerId)!;
  const former = layer.known;
  core.upgrades.delete(next.layerId);
  core.upgradesFrom.delete(next.layerId);
  putPlanned(tree, next.layerId, undefined);
  layer.known = next;
  // An epoch of somebody else has changed the keys before they were known here.
  knowKeys(core, next);
  const { peer } = layer;
  setBack(tree, [next.layerId]);
  putLayer(tree, layer);
  tree.isNetworkDirty = true;
  forgetUnused(core, former.circuits);
  peer?.close();
  core.complaints.news(`Layer ${next.name} is upgraded: its node has to be started again`);
}
