import { blockKeysTree } from "@frond/circuits";
import { isOnCurve } from "@frond/foundation";
import { MOST_LEVELS } from "@frond/protocol";
import { RegistrationError } from "../errors.ts";
import { childrenOf, isConsistent, type KnownLayer, pathOf } from "../tree/knownLayer.ts";
import { type Core, knownLayers, tellNetwork } from "./core.ts";
import { newLayerState } from "./layerState.ts";

/** Layers that wait for their registration. */
const MAXIMUM_WAITING = 64;

/**
 * Takes a layer into the network (protocol.md 6, "register"): nobody's permission and no transaction on L1 is needed. It can make blocks at once; its record is written by the next epoch. Registering the same layer
 * again changes nothing. Throws {@link RegistrationError}.
 */
export async function registerLayer(core: Core, layer: KnownLayer): Promise<void> {
  const known = core.layers.get(layer.layerId);
  if (known !== undefined && JSON.stringify(known.known, plain) === JSON.stringify(layer, plain)) return;
  check(core, layer);
  const state = newLayerState({ known: layer, url: "", session: 0, base: 0, pendingDrops: [] });
  core.layers.set(layer.layerId, state);
  await core.state.putLayer(state);
  core.logger.info(`Layer ${layer.name} is registered with the next epoch`);
  tellNetwork(core);
  core.wake();
}

function check(core: Core, layer: KnownLayer): void {
  const { name, config, blockKeys, circuits, sizes } = layer;
  const require = (condition: boolean, problem: string, advice: string) => {
    if (!condition) throw new RegistrationError({ name, problem, advice });
  };
  const layers = knownLayers(core);
  require(!core.layers.has(
    layer.layerId,
  ), "its place in the tree is taken", "Ask for a free index and register again.");
  const isNameFree = [...layers.values()].every((other) => other.name !== name);
  require(/^[a-z][a-z0-9-]{0,30}$/.test(
    name,
  ), "its name is not lower-case letters, digits and hyphens", "Choose another name.");
  require(isNameFree, "its name is taken", "Choose another name.");
  const parent = layers.get(config.parentId);
  require(parent !== undefined, "its parent is unknown", "Name a layer of `frond layer list` as its parent.");
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
  const waiting = [...core.layers.values()].filter((other) => other.base === 0 && other.peer === undefined).length;
  require(waiting <
    MAXIMUM_WAITING, "too many layers wait for their first block", "Try again when an epoch has settled.");
}

function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
