import type { Field } from "@frond/foundation";
import {
  challengeZ,
  commitment,
  encodeItems,
  evaluate,
  packDepositReference,
  packEpochWindow,
  type SettlementItem,
} from "@frond/protocol";
import { type Address, createPublicClient, createWalletClient, encodeDeployData, http, type PublicClient } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { type EpochSubmission, type L1, readSettled } from "../actions.ts";
import { linkCode } from "../compileContracts.ts";
import { type Deployment, deployCode, deploySettlement, type Wallet } from "../deploySettlement.ts";
import type { Deposited } from "../deposit.ts";
import { type Anvil, startAnvil } from "../startAnvil.ts";
import { createStandInProver, type SettlementProver, type SettlementPublicInputs } from "./standInProver.ts";
import { compileTestContracts } from "./testSources.ts";

/** A deposit as `depositEther` and `depositToken` give it. */
type Queued = Pick<Deposited, "id" | "expiry">;

/** An epoch; its end is by default one millisecond after the end of the last one, so that figures stay the same. */
type Proposal = { items?: SettlementItem[]; deposits?: Queued[]; rootOut?: Field; until?: bigint };

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
  /** A call of the node that viem has no type for. */
  request(method: string, ...params: unknown[]): Promise<unknown>;
  /** Goes back to the state of the first call: every test starts from it. */
  backToStart(): Promise<void>;
  close(): Promise<void>;
};

export const genesisRoot = 1_000n;

/** Starts a node and deploys the contract with the root of the tree that it begins with. */
export async function createTestNetwork(root = genesisRoot): Promise<TestNetwork> {
  const [anvil, prover] = await Promise.all([startAnvil(), createStandInProver()]);
  const publicClient = createPublicClient({ chain: foundry, transport: http(anvil.url), pollingInterval: 20 });
  const wallet = walletOf(anvil, 0);
  const deployment = await deploySettlement({
    wallet,
    publicClient,
    verifierSource: prover.verifierSource,
    genesisRootOf: () => root,
    referenceStringKind: "development",
  });
  const l1 = (index: number): L1 => ({ publicClient, settlement: deployment.address, wallet: walletOf(anvil, index) });
  const owner = l1(0);
  const artifacts = compileTestContracts();
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
    deploy: async (name, args = []) => {
      const artifact = artifacts[name]!;
      const data = encodeDeployData({ abi: artifact.abi, bytecode: linkCode(artifact, {}), args });
      return (await deployCode({ wallet, publicClient }, data, name)).address;
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
  submission: { rootOut, until, commitment: c, words },
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
  const z = challengeZ({ c, words, epoch: Number(epoch), contract });
  const window = packEpochWindow({ epoch: Number(epoch), after: Number(after), until: Number(until) });
  return [rootIn, rootOut, window, c, z, evaluate(words, z)];
}

async function propose(
  l1: L1,
  prover: SettlementProver,
  { items = [], deposits = [], rootOut, until }: Proposal,
): Promise<EpochSubmission> {
  const { root: rootIn, epoch, settledUntil: after } = await readSettled(l1);
  const words = encodeItems(items);
  const submission = {
    rootOut: rootOut ?? rootIn + 1n,
    until: until ?? after + 1n,
    commitment: commitment(words),
    words,
    deposits: deposits.map(({ id, expiry }) => packDepositReference({ id: Number(id), expiry: Number(expiry) })),
  };
  const proof = await prover.prove(publicInputsOf({ submission, rootIn, epoch, after, contract: l1.settlement }));
  return { ...submission, proof };
}
