import type { LayerSnapshot } from "@frond/circuits";
import { FLAG_FROZEN, type LayerRecord, layerConfigHash, MOST_LEVELS } from "@frond/protocol";
import { RegistrationError } from "../errors.ts";
import { isSignedLayer, type SignedLayer } from "../link/signedLayer.ts";
import { founding, unknown } from "../machine/conduct.ts";
import { type LayerState, newcomer, newLayerState, type StoredLayer } from "../machine/layerState.ts";
import { makeRoom } from "../machine/newcomers.ts";
import { putLayer, putMissed, removeLayer } from "../machine/tree.ts";
import { childrenOf, isConsistent, type KnownLayer, pathOf, snapshotOfLayer } from "../tree/knownLayer.ts";
import { problemOfKeys, UNSIGNED } from "./checkKeys.ts";
import { type Core, isRegistered, isUpgradedElsewhere, knownLayers } from "./core.ts";
import { forgetUnused } from "./forgetCircuits.ts";
import { knowKeys } from "./knowKeys.ts";
import { upgradeLayer } from "./upgradeLayer.ts";

/**
 * Adds a layer to the network (docs/protocol.md 6, "register"), without anybody's permission and without a transaction
 * on L1. The layer can make blocks at once; the epoch in which its first block settles writes its record. Registering
 * the same layer again changes nothing; a layer that somebody else's epoch has upgraded becomes what L1 has. The
 * sequencer that its config names signs the description: else whoever comes first to a coordinator that has taken over
 * could say anything of a layer that L1 has.
 * @throws RegistrationError
 */
export async function registerLayer(core: Core, { signature, ...layer }: SignedLayer): Promise<void> {
  const { tree } = core;
  if (!isSignedLayer({ ...layer, signature })) throw new RegistrationError({ name: layer.name, ...UNSIGNED });
  const known = tree.layers.get(layer.layerId);
  if (known !== undefined && isUpgradedElsewhere(core, known)) return await upgradeLayer(core, { ...layer, signature });
  if (known !== undefined && JSON.stringify(known.known, plain) === JSON.stringify(layer, plain)) return;
  await core.journal.change(() => {
    const layers = knownLayers(core);
    const isKnown = (other: LayerState) => isRegistered(core, other, layers);
    const room = makeRoom(tree, { isRegistered: isKnown, now: core.clock.time() });
    for (const other of room.expired) forget(core, other);
    const found = check(core, layer);
    for (const other of room.givesWay) forget(core, other);
    const place = Math.max(-1, ...[...tree.layers.values()].map((other) => other.place)) + 1;
    const state = newLayerState(
      found === undefined
        ? newcomer(layer, { conduct: unknown, place, registeredAt: core.clock.time() })
        : returned(core, { known: layer, place, record: found.record }),
    );
    if (found !== undefined) knowKeys(core, layer);
    tree.layers.set(layer.layerId, state);
    putLayer(tree, state);
    const last = Math.max(core.depositCursor?.next ?? 0, core.forcedCursor?.next ?? 0) - 1;
    if (last >= 0) putMissed(tree, layer.layerId, { from: 0, last });
    tree.isNetworkDirty = true;
  });
  core.complaints.news(`Layer ${layer.name} is registered with its first block`);
}

/** A layer that L1 has and that this coordinator did not know: it goes on after its last block that has settled. */
function returned(
  core: Core,
  { known, place, record }: { readonly known: KnownLayer; readonly place: number; readonly record: LayerRecord },
): StoredLayer {
  const { time, stateRoot, flags } = record;
  const base = core.records.blocksOfUnknown(known.layerId);
  const stored = newcomer(known, { conduct: founding, place, registeredAt: core.clock.time() });
  const isFrozen = flags === FLAG_FROZEN;
  return { ...stored, base, time, session: 1, adopted: { time, stateRoot }, ...(isFrozen ? { isFrozen } : {}) };
}

function forget(core: Core, layer: LayerState): void {
  core.complaints.news(`Layer ${layer.known.name} has made no block since it was registered, and is forgotten`);
  removeLayer(core.tree, layer);
  forgetUnused(core, layer.known.circuits);
}

/** Refuses what can't be registered. Gives what L1 has of the layer, if it has the layer. */
function check(core: Core, layer: KnownLayer): LayerSnapshot | undefined {
  const { name, config } = layer;
  const require = (condition: boolean, problem: string, advice: string) => {
    if (!condition) throw new RegistrationError({ name, problem, advice });
  };
  const layers = knownLayers(core);
  require(!core.tree.layers.has(
    layer.layerId,
  ), "its place in the tree is taken", "Ask for a free index and register again.");
  const isNameFree = [...layers.values()].every((other) => other.name !== name);
  require(/^[a-z][a-z0-9-]{0,30}$/.test(
    name,
  ), "its name is not lower-case letters, digits and hyphens", "Choose another name.");
  require(isNameFree, "its name is taken", "Choose another name.");
  const parent = layers.get(config.parentId);
  require(parent !== undefined, "its parent is unknown", "Name a layer of `frond layer list` as its parent.");
  // Else it would keep its parent's place, and that its own parent's, however many of them have a block.
  require(isRegistered(core, {
    layerId: config.parentId,
  }), "no block of its parent has settled", "Try again when one has; a deposit to the parent is enough for one.");
  require(isConsistent(layer), "its id does not follow from its configuration", "Compute it as H(parentId, index).");
  require(config.index < 4n ** 10n, "its index is too large", "Ask for a free index and register again.");
  const taken = childrenOf(layers, config.parentId).some((child) => child.config.index === config.index);
  require(!taken, "its index is taken", "Ask for a free index and register again.");
  const depth = pathOf(layers, config.parentId)?.length ?? 0;
  // The trunk is the first level, and what hangs from its child the third.
  require(depth + 2 <=
    MOST_LEVELS, `it would be level ${depth + 2} of a tree of at most ${MOST_LEVELS}`, "Choose a parent nearer to the trunk.");
  const ofKeys = problemOfKeys(layer);
  if (ofKeys !== undefined) throw new RegistrationError({ name, ...ofKeys });
  // Not before its place was found to be below a layer that is known.
  const found = snapshotOfLayer(core.ledger.trunk, new Map([...layers, [layer.layerId, layer]]), layer.layerId);
  const isThere = found === undefined || found.record.configHash === layerConfigHash(config);
  require(isThere, "L1 has another configuration of it", "Register it with the configuration that L1 has.");
  return found;
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
