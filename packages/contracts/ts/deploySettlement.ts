import type { Field } from "@frond/foundation";
import {
  type Abi,
  type Account,
  type Address,
  type Chain,
  encodeDeployData,
  getContractAddress,
  type Hex,
  isAddressEqual,
  type PublicClient,
  type Transport,
  type WalletClient,
} from "viem";
import { settlementAbi, testTokenAbi } from "./abi.generated.ts";
import { type ContractArtifact, compileContracts, compileSources, linkCode } from "./compileContracts.ts";
import {
  DeploymentAddressError,
  DevelopmentReferenceStringError,
  SolidityCompileError,
  TransactionRevertedError,
} from "./errors.ts";
import { untilMined } from "./untilMined.ts";

/** A wallet with its account and chain set, as every action here needs it. */
export type Wallet = WalletClient<Transport, Chain, Account>;

export type ReferenceStringKind = "development" | "ignition";

export type DeployOptions = {
  wallet: Wallet;
  publicClient: PublicClient;
  /** Solidity text of the settlement circuit's verifier, as the prover gives it. */
  verifierSource: string;
  /** The trunk's genesis `layerRoot`, given the address Settlement will have (the trunk's id depends on it). */
  genesisRootOf: (settlement: Address) => Field | Promise<Field>;
  referenceStringKind: ReferenceStringKind;
  cacheDirectory?: string;
};

export type Deployment = {
  address: Address;
  verifier: Address;
  /** Block that holds Settlement's creation: no event of it is older. */
  deploymentBlock: bigint;
  /** Gas of all transactions sent. */
  gasUsed: bigint;
};

const localChains: ReadonlySet<number> = new Set([31337, 1337]);

/** Whether a chain is one on which the development reference string is allowed. */
export function isLocalChain(chainId: number): boolean {
  return localChains.has(chainId);
}

/**
 * Deploys the verifier (and the libraries it names), then Settlement. The account must not send anything else
 * meanwhile, because Settlement's address is predicted from its nonce.
 *
 * @throws DevelopmentReferenceStringError before anything is sent, for a development verifier on a chain that is not
 * local
 * @throws DeploymentAddressError if the account sent something else meanwhile
 * @throws TransactionRevertedError if a creation reverts
 */
export async function deploySettlement(options: DeployOptions): Promise<Deployment> {
  const { wallet, publicClient, referenceStringKind } = options;
  const chainId = await publicClient.getChainId();
  if (referenceStringKind === "development" && !isLocalChain(chainId))
    throw new DevelopmentReferenceStringError(chainId);
  const settlement = artifact(compileContracts(cacheOf(options)), "Settlement");
  const verifiers = compileSources({ "Verifier.sol": options.verifierSource }, cacheOf(options));
  const from = wallet.account.address;

  const libraries: Record<string, Hex> = {};
  let gasUsed = 0n;
  const verifierArtifact = findVerifier(verifiers);
  for (const { library } of verifierArtifact.linkReferences) {
    if (library in libraries) continue;
    const deployed = await deployCode(options, linkCode(artifact(verifiers, library), libraries), library);
    libraries[library] = deployed.address;
    gasUsed += deployed.gasUsed;
  }
  const verifier = await deployCode(options, linkCode(verifierArtifact, libraries), verifierArtifact.name);

  const nonce = await publicClient.getTransactionCount({ address: from, blockTag: "pending" });
  const expected = getContractAddress({ from, nonce: BigInt(nonce) });
  const genesisRoot = await options.genesisRootOf(expected);
  const data = encodeDeployData({
    abi: settlementAbi,
    bytecode: linkCode(settlement, {}),
    args: [verifier.address, genesisRoot, referenceStringKind === "development"],
  });
  const deployed = await deployCode(options, data, "Settlement", nonce);
  if (!isAddressEqual(deployed.address, expected)) {
    throw new DeploymentAddressError({ expected, actual: deployed.address });
  }
  return {
    address: deployed.address,
    verifier: verifier.address,
    deploymentBlock: deployed.block,
    gasUsed: gasUsed + verifier.gasUsed + deployed.gasUsed,
  };
}

/** Deploys a token anybody can mint: for local networks and tests. */
export async function deployTestToken(options: {
  wallet: Wallet;
  publicClient: PublicClient;
  name: string;
  symbol: string;
  cacheDirectory?: string;
}): Promise<{ address: Address; gasUsed: bigint }> {
  const token = artifact(compileContracts(cacheOf(options)), "TestToken");
  const data = encodeDeployData({
    abi: testTokenAbi,
    bytecode: linkCode(token, {}),
    args: [options.name, options.symbol],
  });
  const { address, gasUsed } = await deployCode(options, data, "TestToken");
  return { address, gasUsed };
}

/** The one contract in the generated source that can be deployed and has the verifier's function. */
function findVerifier(artifacts: Record<string, ContractArtifact>): ContractArtifact {
  const isVerifier = ({ abi, code }: ContractArtifact) => code.length > 0 && hasVerify(abi);
  const found = Object.values(artifacts).filter(isVerifier);
  if (found.length !== 1) {
    throw new SolidityCompileError([
      `Expected one contract with a verify function in the verifier source, found ${found.length}.`,
    ]);
  }
  return found[0]!;
}

function hasVerify(abi: Abi): boolean {
  return abi.some((item) => item.type === "function" && item.name === "verify" && item.inputs.length === 2);
}

/** Sends creation code and waits until it is mined. */
export async function deployCode(
  { wallet, publicClient }: { wallet: Wallet; publicClient: PublicClient },
  data: Hex,
  name: string,
  nonce?: number,
): Promise<{ address: Address; block: bigint; gasUsed: bigint }> {
  const hash = await wallet.sendTransaction({ data, ...(nonce === undefined ? {} : { nonce }) });
  const receipt = await untilMined(publicClient, { hash });
  if (receipt.status !== "success" || !receipt.contractAddress) {
    throw new TransactionRevertedError({ action: `creation of ${name}`, hash });
  }
  return { address: receipt.contractAddress, block: receipt.blockNumber, gasUsed: receipt.gasUsed };
}

function artifact(artifacts: Record<string, ContractArtifact>, name: string): ContractArtifact {
  const found = artifacts[name];
  if (found === undefined) throw new SolidityCompileError([`There is no contract ${name} in the sources.`]);
  return found;
}

function cacheOf({ cacheDirectory }: { cacheDirectory?: string }): { cacheDirectory?: string } {
  return cacheDirectory === undefined ? {} : { cacheDirectory };
}
