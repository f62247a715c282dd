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

/** A wallet with an account and a chain. */
export type Wallet = WalletClient<Transport, Chain, Account>;

export type ReferenceStringKind = "development" | "ignition";

export type DeployOptions = {
  wallet: Wallet;
  publicClient: PublicClient;
  /** The Solidity source of the settlement circuit's verifier, from the prover. */
  verifierSource: string;
  /** Computes the trunk's genesis `layerRoot` from Settlement's future address, which determines the trunk's id. */
  genesisRootOf: (settlement: Address) => Field | Promise<Field>;
  referenceStringKind: ReferenceStringKind;
  /** Who may settle at any time; by default the deploying account. */
  proposer?: Address;
  /** For how long after an epoch settled nobody but the proposer may settle the next one; by default 600. */
  exclusiveSeconds?: number;
  /** The tokens that are asset 2, 3 and so on; by default none. They are registered before anybody's. */
  tokens?: readonly Address[];
  cacheDirectory?: string;
};

const DEFAULT_EXCLUSIVE_SECONDS = 600;

export type Deployment = {
  address: Address;
  verifier: Address;
  /** The block of Settlement's creation. No event of Settlement is older. */
  deploymentBlock: bigint;
  /** The total gas of the deployment's transactions. */
  gasUsed: bigint;
};

const localChains: ReadonlySet<number> = new Set([31337, 1337]);

/** Whether the development reference string is allowed on a chain. */
export function isLocalChain(chainId: number): boolean {
  return localChains.has(chainId);
}

/**
 * Deploys the verifier with its libraries, then Settlement. The deploying account must not send other transactions
 * meanwhile, because the account's nonce determines Settlement's address.
 *
 * @throws {@link DevelopmentReferenceStringError} when a development verifier meets a chain that is not local; nothing
 * is sent then
 * @throws {@link DeploymentAddressError} when the account sent another transaction meanwhile
 * @throws {@link TransactionRevertedError} when a creation reverts
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

  const counted = await publicClient.getTransactionCount({ address: from, blockTag: "pending" });
  const nonce = nonceAfter(verifier.address, { from, counted });
  const expected = getContractAddress({ from, nonce: BigInt(nonce) });
  const genesisRoot = await options.genesisRootOf(expected);
  const data = encodeDeployData({
    abi: settlementAbi,
    bytecode: linkCode(settlement, {}),
    args: [
      verifier.address,
      genesisRoot,
      referenceStringKind === "development",
      options.proposer ?? from,
      BigInt(options.exclusiveSeconds ?? DEFAULT_EXCLUSIVE_SECONDS),
      [...(options.tokens ?? [])],
    ],
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

/** How far a node may be behind, in transactions of the account: the libraries and the verifier. */
const MOST_BEHIND = 16;

/** The nonce of the transaction after that which created a contract. A node that is behind has counted fewer. */
function nonceAfter(created: Address, { from, counted }: { readonly from: Address; readonly counted: number }): number {
  for (let nonce = counted; nonce < counted + MOST_BEHIND; nonce++)
    if (isAddressEqual(getContractAddress({ from, nonce: BigInt(nonce) }), created)) return nonce + 1;
  return counted;
}

/** Deploys a token that everyone can mint, for local networks and tests. */
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

/** Finds the only contract of the generated source that is deployable and has the verifier's function. */
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

/** Sends creation code and waits until the transaction is mined. */
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
