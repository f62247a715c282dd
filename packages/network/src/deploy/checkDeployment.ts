import { settlementAbi } from "@frond/contracts";
import { fieldToHex } from "@frond/foundation";
import { isAddressEqual } from "viem";
import { type LayerFile, layerNames, readLayerFile } from "../directory/layerFile.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import { NetworkMismatchError } from "../errors.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";
import type { DeployTreeOptions } from "./deployTree.ts";
import { describeTree } from "./describeTree.ts";

export type CheckDeploymentOptions = Omit<DeployTreeOptions, "cacheDirectory" | "treeCircuits"> & {
  readonly dataDirectory: string;
};

/**
 * Checks that the network in the data directory is the one described: same applications, keys, places and fees, and
 * contracts that exist on L1. Gives the files of the layers that the genesis root holds, and those that were added
 * later.
 */
export async function checkDeployment(
  network: NetworkFile,
  { config, circuits, prover, l1, dataDirectory }: CheckDeploymentOptions,
): Promise<{ layers: LayerFile[]; added: LayerFile[] }> {
  const requireSame = (what: string, expected: string, actual: string) => {
    if (expected !== actual) throw new NetworkMismatchError(what, { expected, actual });
  };
  requireSame("reference string", prover.referenceString.kind, network.referenceString);
  requireSame("chain", String(l1.chain.id), String(network.chainId));
  const tokensOf = (tokens: readonly string[]) => tokens.join(", ").toLowerCase();
  const deployed = tokensOf(network.tokens.map(({ address }) => address));
  if (config.tokens !== undefined) requireSame("tokens", tokensOf(config.tokens), deployed);
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
  await requireProposer(l1, { settlement: network.settlement, exclusiveSeconds: config.exclusiveSeconds });
  // How a layer is run may change from start to start; what it is may not.
  const layers = genesis.map((file, i) => {
    const { blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, port } = expected[i]!;
    return { ...file, blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, port };
  });
  const names = new Set(layers.map(({ name }) => name));
  return { layers, added: files.filter(({ name }) => !names.has(name)) };
}

/** Who may settle at any time, and for how long nobody else may, is fixed with the contract. */
async function requireProposer(
  { publicClient, wallet }: LayerOneChain,
  { settlement, exclusiveSeconds }: { readonly settlement: `0x${string}`; readonly exclusiveSeconds: number },
): Promise<void> {
  const contract = { address: settlement, abi: settlementAbi } as const;
  const proposer = await publicClient.readContract({ ...contract, functionName: "proposer" });
  const deployed = await publicClient.readContract({ ...contract, functionName: "exclusiveSeconds" });
  const own = wallet.account.address;
  if (!isAddressEqual(proposer, own)) throw new NetworkMismatchError("proposer", { expected: own, actual: proposer });
  if (deployed !== BigInt(exclusiveSeconds))
    throw new NetworkMismatchError("exclusiveSeconds", { expected: `${exclusiveSeconds}`, actual: `${deployed}` });
}
