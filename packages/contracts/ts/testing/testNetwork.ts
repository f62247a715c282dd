import type { Field } from "@frond/foundation";
import {
  challengeZ,
  commitment,
  encodeItems,
  evaluate,
  NO_BLOB,
  packDepositReference,
  packEpochWindow,
  type SettlementItem,
} from "@frond/protocol";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  type Hex,
  http,
  type PublicClient,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { type EpochSubmission, type L1, type Mined, readSettled, settleEpoch } from "../actions.ts";
import { versionedHashOf } from "../blob/versionedHashOf.ts";
import { linkCode } from "../compileContracts.ts";
import {
  type Deployment,
  type DeployOptions,
  deployCode,
  deploySettlement,
  settlementArguments,
  type Wallet,
} from "../deploySettlement.ts";
import type { Deposited } from "../deposit.ts";
import { type Anvil, startAnvil } from "../startAnvil.ts";
import { createStandInProver, type SettlementProver, type SettlementPublicInputs } from "./standInProver.ts";
import { compileTestContracts } from "./testSources.ts";

/** A deposit as `depositEther` and `depositToken` give it, or a forced transaction with its deadline. */
type Queued = Pick<Deposited, "id" | "expiry">;

/** An epoch; its end is by default one millisecond after the end of the last one, so that figures stay the same. */
type Proposal = { items?: SettlementItem[]; used?: Queued[]; rootOut?: Field; until?: bigint };

export type TestNetworkOptions = Partial<Omit<DeployOptions, "wallet" | "publicClient" | "genesisOf">> & {
  /** The root of the tree that the network begins with. */
  readonly root?: Field;
  /** The ids of its layers. */
  readonly layers?: readonly Field[];
  /** What its layers are. */
  readonly description?: Hex;
};

/** A real Ethereum node with the contract deployed over the stand-in circuit. */
export type TestNetwork = {
  anvil: Anvil;
  publicClient: PublicClient;
  deployment: Deployment;
  prover: SettlementProver;
  /** The deployer (anvil's first account) and two other accounts. */
  owner: L1;
  alice: L1;
  bob: L1;
  /** Creates a valid submission for the current epoch. */
  propose(epoch: Proposal): Promise<EpochSubmission>;
  /** Deploys a contract of `HostileContracts.sol` or of the project. */
  deploy(name: string, args?: unknown[]): Promise<Address>;
  /**
   * Deploys another Settlement with the same verifiers, or with others, for the same tree or another. Nobody describes
   * its tree.
   */
  deployTwin(
    changes?: TestNetworkOptions & { readonly verifier?: Address; readonly escapeVerifier?: Address },
  ): Promise<Address>;
  /** A call of the node that viem has no type for. */
  request(method: string, ...params: unknown[]): Promise<unknown>;
  /** Has L1's clock reach a time in milliseconds, and settles an epoch until then, of no items by default. */
  settleUntil(until: bigint, epoch?: Omit<Proposal, "until">): Promise<Mined>;
  /** Goes back to the state of the first call: every test starts from it. */
  backToStart(): Promise<void>;
  close(): Promise<void>;
};

export const genesisRoot = 1_000n;

const DESCRIPTION = "0x7b7d";

/** The layers that tests send to, unless they name others. */
const LAYERS: readonly Field[] = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 77n];

/** Starts a node and deploys the contract with a tree to begin with. */
export async function createTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const [anvil, prover] = await Promise.all([startAnvil(), createStandInProver()]);
  const publicClient = createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 20 });
  const wallet = walletOf(anvil, 0);
  const artifacts = compileTestContracts();
  const deploy: TestNetwork["deploy"] = async (name, args = []) => {
    const artifact = artifacts[name]!;
    const libraries: Record<string, Address> = {};
    for (const { library } of artifact.linkReferences) libraries[library] ??= await deploy(library);
    const data = encodeDeployData({ abi: artifact.abi, bytecode: linkCode(artifact, libraries), args });
    return (await deployCode({ wallet, publicClient }, data, name)).address;
  };
  const { root = genesisRoot, layers = LAYERS, description = DESCRIPTION } = options;
  const deployOptions: DeployOptions = {
    verifierSource: prover.verifierSource,
    escapeVerifierSource: prover.verifierSource,
    referenceStringKind: "development",
    ...options,
    wallet,
    publicClient,
    genesisOf: () => ({ root, layers, parents: layers.map(() => 0n), description }),
  };
  const deployment = await deploySettlement(deployOptions);
  const l1 = (index: number): L1 => ({ publicClient, settlement: deployment.address, wallet: walletOf(anvil, index) });
  const owner = l1(0);
  const request = (method: string, ...params: unknown[]) =>
    (publicClient.request as (call: { method: string; params: unknown[] }) => Promise<unknown>)({ method, params });
  let start: unknown;
  return {
    request,
    async backToStart() {
      if (start !== undefined) await request("evm_revert", start);
      start = await request("evm_snapshot");
    },
    anvil,
    publicClient,
    deployment,
    prover,
    owner,
    alice: l1(1),
    bob: l1(2),
    propose: (epoch) => propose(owner, prover, epoch),
    settleUntil: async (until, epoch = {}) => {
      await request("evm_setNextBlockTimestamp", Number((until + 999n) / 1_000n));
      return await settleEpoch(owner, await propose(owner, prover, { ...epoch, until }));
    },
    deploy,
    deployTwin: ({ verifier, escapeVerifier, ...changes } = {}) => {
      const all = { ...deployOptions, root, layers, description, ...changes };
      const parents = all.layers.map(() => 0n);
      return deploy("Settlement", [
        ...settlementArguments(all, {
          verifier: verifier ?? deployment.verifier,
          escapeVerifier: escapeVerifier ?? deployment.escapeVerifier,
          genesis: { root: all.root, layers: all.layers, parents, description: all.description },
        }),
      ]);
    },
    close: async () => {
      await Promise.all([anvil.stop(), prover.close()]);
    },
  };
}

/** A wallet of one of anvil's published accounts. */
export function walletOf(anvil: Pick<Anvil, "url">, index: number): Wallet {
  const account = mnemonicToAccount("test test test test test test test test test test test junk", {
    addressIndex: index,
  });
  return createWalletClient({ account, chain: foundry, transport: http(anvil.url) });
}

/** The public inputs that the contract passes to the verifier for a submission. */
export function publicInputsOf({
  submission: { rootOut, until, commitment: c, words, data },
  rootIn,
  epoch,
  after,
  contract,
}: {
  submission: Omit<EpochSubmission, "proof">;
  rootIn: Field;
  epoch: bigint;
  /** The end of the time that the epochs before cover. */
  after: bigint;
  contract: Address;
}): SettlementPublicInputs {
  const versionedHash = data === undefined ? NO_BLOB : versionedHashOf(data.kzgCommitment);
  const z = challengeZ({ c, words, epoch: Number(epoch), contract, versionedHash });
  const window = packEpochWindow({ epoch: Number(epoch), after: Number(after), until: Number(until) });
  return [rootIn, rootOut, window, c, z, evaluate(words, z), data?.low ?? 0n, data?.high ?? 0n];
}

async function propose(
  l1: L1,
  prover: SettlementProver,
  { items = [], used = [], rootOut, until }: Proposal,
): Promise<EpochSubmission> {
  const { root: rootIn, epoch, settledUntil: after } = await readSettled(l1);
  const words = encodeItems(items);
  const submission = {
    rootOut: rootOut ?? rootIn + 1n,
    until: until ?? after + 1n,
    commitment: commitment(words),
    words,
    used: used.map(({ id, expiry }) => packDepositReference({ id: Number(id), expiry: Number(expiry) })),
  };
  const proof = await prover.prove(publicInputsOf({ submission, rootIn, epoch, after, contract: l1.settlement }));
  return { ...submission, proof };
}
