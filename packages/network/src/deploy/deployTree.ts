import { genesisOfTree } from "@frond/circuits";
import { deploySettlement, type Genesis } from "@frond/contracts";
import { randomSecret } from "@frond/foundation";
import { layerRoot, toJson } from "@frond/protocol";
import type { Prover } from "@frond/prover";
import { stringToHex } from "viem";
import type { NetworkConfig } from "../configuration/types.ts";
import { knownLayerOf, type LayerFile } from "../directory/layerFile.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";
import type { Committees } from "../members/openCommittees.ts";
import type { TreeCircuits } from "../proving/prepareCircuits.ts";
import { chooseTokens } from "./chooseTokens.ts";
import { type CircuitsOfLayers, describeTree, networkLayerOf } from "./describeTree.ts";

export type DeployTreeOptions = {
  readonly config: NetworkConfig;
  readonly circuits: CircuitsOfLayers;
  readonly committees: Committees;
  readonly treeCircuits: TreeCircuits;
  readonly prover: Prover;
  readonly l1: LayerOneChain;
  readonly cacheDirectory: string;
};

/** Deploys the contracts of a new network with its tokens, and gives its file and those of its layers. */
export async function deployTree(options: DeployTreeOptions): Promise<{ network: NetworkFile; layers: LayerFile[] }> {
  const { config, circuits, committees, treeCircuits, prover, l1 } = options;
  const secrets = new Map(config.layers.map(({ name }) => [name, randomSecret()]));
  const referenceString = prover.referenceString.kind;
  const layersAt = (settlement: `0x${string}`) =>
    describeTree(config, circuits, { secrets, committees, chainId: l1.chain.id, settlement, referenceString });
  const common = { wallet: l1.wallet, publicClient: l1.publicClient, cacheDirectory: options.cacheDirectory };
  const tokens = await chooseTokens(options);
  const deployment = await deploySettlement({
    ...common,
    tokens: tokens.map(({ address }) => address),
    verifierSource: await prover.solidityVerifier(treeCircuits.settlement),
    escapeVerifierSource: await prover.solidityVerifier(treeCircuits.escape),
    genesisOf: (settlement) => genesisOf(layersAt(settlement)),
    referenceStringKind: referenceString,
    proposer: l1.wallet.account.address,
    ...config.durations,
  });
  const layers = layersAt(deployment.address);
  const network: NetworkFile = {
    version: 3,
    referenceString,
    chainId: l1.chain.id,
    l1Url: l1.url,
    isLocal: l1.isLocal,
    coordinatorUrl: "",
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: Number(deployment.deploymentBlock),
    tokens,
    layers: layers.map(networkLayerOf),
  };
  return { network, layers };
}

/** The tree before its first epoch, and what everybody may know of its layers: followers know L1 only. */
function genesisOf(layers: readonly LayerFile[]): Genesis {
  return {
    root: layerRoot(genesisOfTree(layers).record),
    layers: layers.map(({ layerId }) => layerId),
    parents: layers.map(({ config }) => config.parentId),
    description: stringToHex(
      toJson(layers.map((layer) => ({ ...knownLayerOf(layer), ...(layer.genesis && { genesis: layer.genesis }) }))),
    ),
  };
}
