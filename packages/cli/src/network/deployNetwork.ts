import { blockKeysTree, genesisSnapshot, type LayerSnapshot } from "@frond/circuits";
import { deploySettlement, deployTestToken, depositToken, testTokenAbi } from "@frond/contracts";
import { type Field, fieldToHex, hexToField, publicKeyOf, randomSecret } from "@frond/foundation";
import type { Application } from "@frond/language";
import {
  DataAvailability,
  deploymentIdOf,
  genesisStateRoot,
  L1_LAYER_ID,
  type LayerConfig,
  layerRoot,
} from "@frond/protocol";
import type { Prover } from "@frond/prover";
import type { EpochCircuits } from "@frond/settlement";
import { NetworkMismatchError } from "../errors.ts";
import type { LayerOneChain } from "./layerOneChain.ts";
import type { NetworkFile } from "./networkFile.ts";

/** Where a network settles, and its one layer before its first block. */
export type LayerIdentity = {
  readonly settlement: `0x${string}`;
  readonly chainId: bigint;
  readonly sequencerSecret: bigint;
};

/** The trunk of a deployment (protocol.md 2): its config follows from where it settles, who sequences it, and what its blocks are proven with. */
export function trunkOf(identity: LayerIdentity, application: Application, circuits: EpochCircuits): LayerSnapshot {
  const blockKeys = [...circuits.blocks.values()].map(({ key }) => key.hash);
  const config: LayerConfig = {
    parentId: L1_LAYER_ID,
    index: deploymentIdOf(identity.chainId, identity.settlement),
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: publicKeyOf(identity.sequencerSecret),
    dataAvailability: DataAvailability.rollup,
    committeeRoot: 0n,
    committeeThreshold: 0,
  };
  return genesisSnapshot({ config, blockKeys, stateRoot: genesisStateRoot(application.program.entryWidth) });
}

export type DeployNetworkOptions = {
  readonly application: Application;
  readonly circuits: EpochCircuits;
  readonly prover: Prover;
  readonly l1: LayerOneChain;
  readonly cacheDirectory: string;
  readonly rpcUrl: string;
};

/** Deploys the contracts and the quote token of a new network. */
export async function deployNetwork(options: DeployNetworkOptions): Promise<NetworkFile> {
  const { application, circuits, prover, l1 } = options;
  const chainId = BigInt(l1.chain.id);
  const sequencerSecret = randomSecret();
  const genesisOf = (settlement: `0x${string}`) =>
    trunkOf({ settlement, chainId, sequencerSecret }, application, circuits);
  const common = { wallet: l1.wallet, publicClient: l1.publicClient, cacheDirectory: options.cacheDirectory };
  const deployment = await deploySettlement({
    ...common,
    verifierSource: await prover.solidityVerifier(circuits.settlement),
    genesisRootOf: (settlement): Field => layerRoot(genesisOf(settlement).record),
    referenceStringKind: prover.referenceString.kind,
  });
  const genesis = genesisOf(deployment.address);
  const token = await deployTestToken({ ...common, name: "Frond Quote", symbol: "QUOTE" });
  await registerToken(l1, { settlement: deployment.address, token: token.address, layer: genesis.record.layerId });
  return {
    version: 1,
    application: application.name,
    referenceString: prover.referenceString.kind,
    chainId: l1.chain.id,
    l1Url: l1.url,
    isLocal: l1.isLocal,
    rpcUrl: options.rpcUrl,
    settlement: deployment.address,
    verifier: deployment.verifier,
    deploymentBlock: Number(deployment.deploymentBlock),
    quoteToken: token.address,
    layerId: fieldToHex(genesis.record.layerId),
    blockKeys: genesis.blockKeys.map(fieldToHex),
    sequencerSecret: fieldToHex(sequencerSecret),
  };
}

/** A token gets its number at its first deposit; the smallest one makes the quote token asset 2 before anybody else's token. */
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
  await publicClient.waitForTransactionReceipt({ hash });
  const recipient = BigInt(wallet.account.address);
  await depositToken({ wallet, publicClient, settlement }, { token, layer, recipient, amount: 1n });
}

/** Checks that the network in the data directory is this version's: same application, keys, and contracts that exist on L1. */
export async function checkNetwork(
  network: NetworkFile,
  options: Omit<DeployNetworkOptions, "rpcUrl" | "cacheDirectory">,
): Promise<void> {
  const { application, circuits, prover, l1 } = options;
  const requireSame = (what: string, expected: string, actual: string) => {
    if (expected !== actual) throw new NetworkMismatchError(what, { expected, actual });
  };
  requireSame("application", application.name, network.application);
  requireSame("reference string", prover.referenceString.kind, network.referenceString);
  requireSame("chain", String(l1.chain.id), String(network.chainId));
  const genesis = trunkOf(identityOf(network), application, circuits);
  requireSame("set of block circuits", genesis.blockKeys.map(fieldToHex).join(" "), network.blockKeys.join(" "));
  requireSame("layer", fieldToHex(genesis.record.layerId), network.layerId);
  const code = await l1.publicClient.getCode({ address: network.settlement });
  if (code === undefined) {
    throw new NetworkMismatchError("L1", { expected: `a contract at ${network.settlement}`, actual: "none there" });
  }
}

export function identityOf(network: NetworkFile): LayerIdentity {
  return {
    settlement: network.settlement,
    chainId: BigInt(network.chainId),
    sequencerSecret: BigInt(network.sequencerSecret),
  };
}

export function layerIdOfNetwork(network: NetworkFile): Field {
  return hexToField(network.layerId);
}
