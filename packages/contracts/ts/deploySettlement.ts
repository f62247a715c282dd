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
  keccak256,
  type PublicClient,
  size,
  slice,
  type Transport,
  type WalletClient,
} from "viem";
import { settlementAbi, testTokenAbi } from "./abi.generated.ts";
import { type ContractArtifact, compileContracts, compileSources, linkCode } from "./compileContracts.ts";
import { DURATIONS, type DurationName } from "./durations.ts";
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
  /** The source of the escape circuit's verifier. One that is the settlement's serves both, and no escape passes it. */
  escapeVerifierSource: string;
  /** The tree that begins at Settlement's future address, which determines the ids of all layers. */
  genesisOf: (settlement: Address) => Genesis | Promise<Genesis>;
  referenceStringKind: ReferenceStringKind;
  /** Who may settle at any time; by default the deploying account. */
  proposer?: Address;
  /**
   * For how long after an epoch settled nobody but the proposer may settle the next one; by default 600, at most
   * 43,200.
   */
  exclusiveSeconds?: number;
  /** How long a layer has for a forced transaction; by default a day. */
  forcedSeconds?: number;
  /** How long before the end of an epoch a freeze was demanded that the epoch has to list; by default an hour. */
  freezeGraceSeconds?: number;
  /** How long an upgrade is announced before an epoch may list it; by default 30 days. */
  upgradeSeconds?: number;
  /** How far the settled time may fall behind before anybody may retire the deployment; by default two weeks. */
  retireSeconds?: number;
  /** The tokens that are asset 2, 3 and so on; by default none. They are registered before anybody's. */
  tokens?: readonly Address[];
  cacheDirectory?: string;
};

/** The tree of a deployment before its first epoch. */
export type Genesis = {
  /** `layerRoot` of the trunk. */
  readonly root: Field;
  /** The ids of all layers, parents first. */
  readonly layers: readonly Field[];
  /** The id of each layer's parent; 0 of the trunk. */
  readonly parents: readonly Field[];
  /** What the layers are, for those who know the contract only; L1 keeps it in events. */
  readonly description: Hex;
};

export type Deployment = {
  address: Address;
  verifier: Address;
  escapeVerifier: Address;
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
 * Deploys the verifier with its libraries and Poseidon2, then Settlement. The deploying account must not send other
 * transactions meanwhile, because the account's nonce determines Settlement's address.
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
  const contracts = compileContracts(cacheOf(options));
  const verifier = await deployVerifier(options, options.verifierSource);
  const isSame = options.escapeVerifierSource === options.verifierSource;
  const escapeVerifier = isSame ? verifier : await deployVerifier(options, options.escapeVerifierSource);
  const poseidon = await deployCode(options, linkCode(artifact(contracts, "Poseidon2"), {}), "Poseidon2");

  const from = wallet.account.address;
  const counted = await publicClient.getTransactionCount({ address: from, blockTag: "pending" });
  const nonce = nonceAfter(poseidon.address, { from, counted });
  const expected = getContractAddress({ from, nonce: BigInt(nonce) });
  const genesis = await options.genesisOf(expected);
  const verifiers = { verifier: verifier.address, escapeVerifier: escapeVerifier.address };
  const data = encodeDeployData({
    abi: settlementAbi,
    bytecode: linkCode(artifact(contracts, "Settlement"), { Poseidon2: poseidon.address }),
    args: settlementArguments(options, { ...verifiers, genesis }),
  });
  const deployed = await deployCode(options, data, "Settlement", nonce);
  if (!isAddressEqual(deployed.address, expected)) {
    throw new DeploymentAddressError({ expected, actual: deployed.address });
  }
  const described = await describeTree(options, deployed.address, genesis);
  const gasOfVerifiers = verifier.gasUsed + (isSame ? 0n : escapeVerifier.gasUsed);
  return {
    address: deployed.address,
    verifier: verifier.address,
    escapeVerifier: escapeVerifier.address,
    deploymentBlock: deployed.block,
    gasUsed: gasOfVerifiers + poseidon.gasUsed + deployed.gasUsed + described,
  };
}

/** So many bytes of a description go into one transaction: nodes take no more than 131,072. */
const PART_BYTES = 96_000;

function partsOf(description: Hex): Hex[] {
  const parts = Math.max(1, Math.ceil(size(description) / PART_BYTES));
  return Array.from({ length: parts }, (_, i) =>
    slice(description, i * PART_BYTES, Math.min((i + 1) * PART_BYTES, size(description))),
  );
}

/** Publishes what the tree begins with. Returns the gas that this took. */
async function describeTree(options: DeployOptions, address: Address, { description }: Genesis): Promise<bigint> {
  const { wallet, publicClient } = options;
  let gasUsed = 0n;
  for (const part of partsOf(description)) {
    const hash = await wallet.writeContract({ address, abi: settlementAbi, functionName: "describe", args: [part] });
    const receipt = await untilMined(publicClient, { hash });
    if (receipt.status === "reverted") throw new TransactionRevertedError({ action: "describe", hash });
    gasUsed += receipt.gasUsed;
  }
  return gasUsed;
}

/** What the constructor takes. */
export function settlementArguments(
  options: Omit<DeployOptions, "publicClient" | "verifierSource" | "escapeVerifierSource" | "genesisOf">,
  {
    verifier,
    escapeVerifier,
    genesis,
  }: { readonly verifier: Address; readonly escapeVerifier: Address; readonly genesis: Genesis },
) {
  const seconds = (name: DurationName) => BigInt(options[name] ?? DURATIONS[name].default);
  return [
    verifier,
    escapeVerifier,
    options.referenceStringKind === "development",
    options.proposer ?? options.wallet.account.address,
    {
      root: genesis.root,
      layers: [...genesis.layers],
      parents: [...genesis.parents],
      description: partsOf(genesis.description).map((part) => keccak256(part)),
      tokens: [...(options.tokens ?? [])],
    },
    {
      exclusiveSeconds: seconds("exclusiveSeconds"),
      forcedSeconds: seconds("forcedSeconds"),
      freezeGraceSeconds: seconds("freezeGraceSeconds"),
      upgradeSeconds: seconds("upgradeSeconds"),
      retireSeconds: seconds("retireSeconds"),
    },
  ] as const;
}

/** Deploys a generated verifier after the libraries that it is linked with. */
async function deployVerifier(options: DeployOptions, source: string): Promise<{ address: Address; gasUsed: bigint }> {
  const artifacts = compileSources({ "Verifier.sol": source }, cacheOf(options));
  const contract = findVerifier(artifacts);
  const libraries: Record<string, Hex> = {};
  let gasUsed = 0n;
  for (const { library } of contract.linkReferences) {
    if (library in libraries) continue;
    const deployed = await deployCode(options, linkCode(artifact(artifacts, library), libraries), library);
    libraries[library] = deployed.address;
    gasUsed += deployed.gasUsed;
  }
  const { address, gasUsed: own } = await deployCode(options, linkCode(contract, libraries), contract.name);
  return { address, gasUsed: gasUsed + own };
}

/** How far a node may be behind, in transactions of the account: the libraries and the verifiers. */
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
export function findVerifier(artifacts: Record<string, ContractArtifact>): ContractArtifact {
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
