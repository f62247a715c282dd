import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withChild } from "@frond/circuits";
import { deploySettlement, deployTestToken, depositToken, testTokenAbi, untilMined } from "@frond/contracts";
import { type Field, fieldToHex, publicKeyOf, randomSecret } from "@frond/foundation";
import {
  DataAvailability,
  deploymentIdOf,
  genesisStateRoot,
  L1_LAYER_ID,
  layerIdOfConfig,
  layerRoot,
} from "@frond/protocol";
import type { Prover } from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";
import type { LayerDefinition, NetworkConfig } from "../config/types.ts";
import { NetworkMismatchError } from "../errors.ts";
import { type LayerFile, layerNames, readLayerFile } from "./layerFile.ts";
import type { LayerOneChain } from "./layerOneChain.ts";
import type { NetworkFile } from "./networkFile.ts";
import type { BlockCircuits } from "./setUp.ts";

/** The circuits of each layer's blocks, by the layer's name. */
export type CircuitsOfLayers = ReadonlyMap<string, BlockCircuits>;

export type DescribeLayerOptions = {
  readonly definition: LayerDefinition;
  readonly parentId: Field;
  readonly index: Field;
  readonly circuits: BlockCircuits;
  readonly sequencerSecret: bigint;
  readonly chainId: number;
  readonly settlement: `0x${string}`;
  readonly referenceString: "development" | "ignition";
};

/**
 * A layer's file: its config follows from its place in the tree, who sequences it, and what its blocks are proven with
 * (protocol.md 2).
 */
export function describeLayer(options: DescribeLayerOptions): LayerFile {
  const { definition, circuits } = options;
  const blockKeys = [...circuits.values()].map(({ key }) => key.hash);
  const config = {
    parentId: options.parentId,
    index: options.index,
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: publicKeyOf(options.sequencerSecret),
    dataAvailability: DataAvailability.rollup,
    committeeRoot: 0n,
    committeeThreshold: 0,
  };
  return {
    version: 1,
    name: definition.name,
    application: definition.applicationRef,
    parent: definition.parent ?? null,
    layerId: layerIdOfConfig(config),
    config,
    blockKeys,
    stateRoot: genesisStateRoot(definition.application.program.entryWidth),
    sizes: [...definition.sizes],
    circuits: [...circuits].map(([size, { digest, key }]) => ({ size, digest, keyHash: key.hash })),
    sequencerSecret: options.sequencerSecret,
    slotTime: definition.slotTime,
    messageDelay: definition.messageDelay,
    everySlot: definition.everySlot ?? null,
    feeRule: definition.feeRule,
    limits: definition.limits as Record<string, number>,
    port: definition.port ?? 0,
    chainId: options.chainId,
    settlement: options.settlement,
    referenceString: options.referenceString,
  };
}

type Place = {
  readonly chainId: number;
  readonly settlement: `0x${string}`;
  readonly referenceString: "development" | "ignition";
};

/** The files of all layers of a network before its first block: each child's index is its place among its siblings. */
export function describeTree(
  config: NetworkConfig,
  circuits: CircuitsOfLayers,
  secrets: ReadonlyMap<string, bigint>,
  place: Place,
): LayerFile[] {
  const files = new Map<string, LayerFile>();
  const siblings = new Map<string, number>();
  for (const definition of config.layers) {
    const { name, parent } = definition;
    const index = parent === undefined ? 0 : (siblings.get(parent) ?? 0);
    if (parent !== undefined) siblings.set(parent, index + 1);
    files.set(
      name,
      describeLayer({
        definition,
        parentId: parent === undefined ? L1_LAYER_ID : files.get(parent)!.layerId,
        index: parent === undefined ? deploymentIdOf(BigInt(place.chainId), place.settlement) : BigInt(index),
        circuits: circuits.get(name)!,
        sequencerSecret: secrets.get(name)!,
        ...place,
      }),
    );
  }
  return [...files.values()];
}

/** The trunk before the first epoch, with all layers of the tree in it. */
export function genesisOfTree(files: readonly LayerFile[]): LayerSnapshot {
  const snapshotOf = (file: LayerFile): LayerSnapshot =>
    files
      .filter(({ config }) => config.parentId === file.layerId)
      .reduce((layer, child) => withChild(layer, Number(child.config.index), snapshotOf(child)), genesisSnapshot(file));
  return snapshotOf(files.find(({ parent }) => parent === null)!);
}

export type DeployTreeOptions = {
  readonly config: NetworkConfig;
  readonly circuits: CircuitsOfLayers;
  readonly treeCircuits: EpochCircuits;
  readonly prover: Prover;
  readonly l1: LayerOneChain;
  readonly cacheDirectory: string;
};

/** Deploys the contracts and the quote token of a new network, and gives its file and those of its layers. */
export async function deployTree(options: DeployTreeOptions): Promise<{ network: NetworkFile; layers: LayerFile[] }> {
  const { config, circuits, treeCircuits, prover, l1 } = options;
  const secrets = new Map(config.layers.map(({ name }) => [name, randomSecret()]));
  const referenceString = prover.referenceString.kind;
  const layersAt = (settlement: `0x${string}`) =>
    describeTree(config, circuits, secrets, { chainId: l1.chain.id, settlement, referenceString });
  const common = { wallet: l1.wallet, publicClient: l1.publicClient, cacheDirectory: options.cacheDirectory };
  const deployment = await deploySettlement({
    ...common,
    verifierSource: await prover.solidityVerifier(treeCircuits.settlement),
    genesisRootOf: (settlement): Field => layerRoot(genesisOfTree(layersAt(settlement)).record),
    referenceStringKind: referenceString,
  });
  const layers = layersAt(deployment.address);
  const token = await deployTestToken({ ...common, name: "Frond Quote", symbol: "QUOTE" });
  await registerToken(l1, { settlement: deployment.address, token: token.address, layer: layers[0]!.layerId });
  const network: NetworkFile = {
    version: 2,
    referenceString,
    chainId: l1.chain.id,
    l1Url: l1.url,
    isLocal: l1.isLocal,
    coordinatorUrl: "",
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: Number(deployment.deploymentBlock),
    quoteToken: token.address,
    layers: layers.map(networkLayerOf),
  };
  return { network, layers };
}

export function networkLayerOf({ name, application, parent, layerId }: LayerFile): NetworkFile["layers"][number] {
  return { name, application, parent, layerId: fieldToHex(layerId), url: "" };
}

/**
 * A token gets its number at its first deposit; the smallest one makes the quote token asset 2 before anybody else's
 * token.
 */
async function registerToken(
  { wallet, publicClient }: LayerOneChain,
  { settlement, token, layer }: { settlement: `0x${string}`; token: `0x${string}`; layer: Field },
): Promise<void> {
  const hash = await wallet.writeContract({
    address: token,
    abi: testTokenAbi,
    functionName: "mint",
    args: [wallet.account.address, 1n],
  });
  await untilMined(publicClient, { hash });
  const recipient = BigInt(wallet.account.address);
  await depositToken({ wallet, publicClient, settlement }, { token, layer, recipient, amount: 1n });
}

export type CheckTreeOptions = Omit<DeployTreeOptions, "cacheDirectory" | "treeCircuits"> & {
  readonly dataDirectory: string;
};

/**
 * Checks that the network in the data directory is the one described: same applications, keys, places and fees, and
 * contracts that exist on L1. Gives the files of the layers that the genesis root holds, and those that were added
 * later.
 */
export async function checkTree(
  network: NetworkFile,
  { config, circuits, prover, l1, dataDirectory }: CheckTreeOptions,
): Promise<{ layers: LayerFile[]; added: LayerFile[] }> {
  const requireSame = (what: string, expected: string, actual: string) => {
    if (expected !== actual) throw new NetworkMismatchError(what, { expected, actual });
  };
  requireSame("reference string", prover.referenceString.kind, network.referenceString);
  requireSame("chain", String(l1.chain.id), String(network.chainId));
  const files = layerNames(dataDirectory).flatMap((name) => readLayerFile(dataDirectory, name) ?? []);
  const genesis = config.layers.map(({ name }) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined)
      throw new NetworkMismatchError("set of layers", { expected: `a layer ${name}`, actual: "none" });
    return file;
  });
  const place = {
    chainId: network.chainId,
    settlement: network.settlement,
    referenceString: network.referenceString,
  };
  const secrets = new Map(genesis.map(({ name, sequencerSecret }) => [name, sequencerSecret]));
  const expected = describeTree(config, circuits, secrets, place);
  for (const [i, file] of genesis.entries()) {
    const wanted = expected[i]!;
    requireSame(`application of layer ${file.name}`, wanted.application, file.application);
    requireSame(
      `block circuits of layer ${file.name}`,
      wanted.blockKeys.map(fieldToHex).join(" "),
      file.blockKeys.map(fieldToHex).join(" "),
    );
    requireSame(`place of layer ${file.name} in the tree`, fieldToHex(wanted.layerId), fieldToHex(file.layerId));
  }
  const code = await l1.publicClient.getCode({ address: network.settlement });
  if (code === undefined) {
    throw new NetworkMismatchError("L1", { expected: `a contract at ${network.settlement}`, actual: "none there" });
  }
  // How a layer is run may change from start to start; what it is may not.
  const layers = genesis.map((file, i) => {
    const { slotTime, messageDelay, everySlot, feeRule, limits, port } = expected[i]!;
    return { ...file, slotTime, messageDelay, everySlot, feeRule, limits, port };
  });
  const names = new Set(layers.map(({ name }) => name));
  return { layers, added: files.filter(({ name }) => !names.has(name)) };
}
