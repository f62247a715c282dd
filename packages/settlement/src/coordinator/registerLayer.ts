import { blockKeysTree } from "@frond/circuits";
import { isOnCurve } from "@frond/foundation";
import { MOST_LEVELS } from "@frond/protocol";
import { RegistrationError } from "../errors.ts";
import { unknown } from "../machine/conduct.ts";
import { type LayerState, newcomer, newLayerState } from "../machine/layerState.ts";
import { makeRoom } from "../machine/newcomers.ts";
import { putLayer, putMissed, removeLayer } from "../machine/tree.ts";
import { childrenOf, isConsistent, type KnownLayer, pathOf } from "../tree/knownLayer.ts";
import { type Core, isRegistered, knownLayers } from "./core.ts";
import { forgetUnused } from "./forgetCircuits.ts";

/**
 * Adds a layer to the network (docs/protocol.md 6, "register"), without anybody's permission and without a transaction
 * on L1. The layer can make blocks at once; the epoch in which its first block settles writes its record. Registering
 * the same layer again changes nothing.
 * @throws RegistrationError
 */
export async function registerLayer(core: Core, layer: KnownLayer): Promise<void> {
  const { tree } = core;
  const known = tree.layers.get(layer.layerId);
  if (known !== undefined && JSON.stringify(known.known, plain) === JSON.stringify(layer, plain)) return;
  await core.journal.change(() => {
    const layers = knownLayers(core);
    const isKnown = (other: LayerState) => isRegistered(core, other, layers);
    const room = makeRoom(tree, { isRegistered: isKnown, now: core.clock.time() });
    for (const other of room.expired) forget(core, other);
    check(core, layer);
    for (const other of room.givesWay) forget(core, other);
    const place = Math.max(-1, ...[...tree.layers.values()].map((other) => other.place)) + 1;
    const state = newLayerState(newcomer(layer, { conduct: unknown, place, registeredAt: core.clock.time() }));
    tree.layers.set(layer.layerId, state);
    putLayer(tree, state);
    const last = (core.depositCursor?.next ?? 0) - 1;
    if (last >= 0) putMissed(tree, layer.layerId, { from: 0, last });
    tree.isNetworkDirty = true;
  });
  core.complaints.news(`Layer ${layer.name} is registered with its first block`);
}

function forget(core: Core, layer: LayerState): void {
  core.complaints.news(`Layer ${layer.known.name} has made no block since it was registered, and is forgotten`);
  removeLayer(core.tree, layer);
  forgetUnused(core, layer.known.circuits);
}

function check(core: Core, layer: KnownLayer): void {
  const { name, config, blockKeys, circuits, sizes } = layer;
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
  require(blockKeys.length > 0 && blockKeys.length <= 16, "it has no or too many block keys", "Give 1 to 16.");
  const keysRoot = blockKeysTree(blockKeys).root;
  require(keysRoot ===
    config.blockKeysRoot, "its block keys are not those of its configuration", "Compute the root over the keys given.");
  require(circuits.every(({ keyHash }) =>
    blockKeys.includes(keyHash),
  ), "a circuit has a key that its configuration does not allow", "List the key of every circuit.");
  require(sizes.every(({ name: size }) =>
    circuits.some((circuit) => circuit.size === size),
  ), "a block size has no circuit", "Name a circuit for each size.");
  require(isOnCurve(config.sequencerKey), "its sequencer's key is not a curve point", "Use a public key of Grumpkin.");
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
