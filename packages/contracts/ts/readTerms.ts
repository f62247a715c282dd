import { type Address, type Hex, keccak256 } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import type { L1 } from "./actions.ts";
import { type Durations, durationNames } from "./durations.ts";

/** A contract, and the hash of its code. */
export type DeployedCode = { readonly address: Address; readonly codeHash: Hex };

/** What a deployment promises to all its layers for ever. */
export type FixedTerms = {
  readonly durations: Durations;
  /** Who may settle at any time. */
  readonly proposer: Address;
  /** Whether the verifiers trust a reference string whose secret is public. */
  readonly isDevelopment: boolean;
  readonly verifier: DeployedCode;
  readonly escapeVerifier: DeployedCode;
};

/** How far a deployment is. */
export type DeploymentProgress = {
  /** Whether no epoch can settle any more. */
  readonly isRetired: boolean;
  /** From when on it may be retired, in milliseconds since 1970. It moves on with the settled time. */
  readonly retirableFrom: number;
  /** Where the next epoch begins, in milliseconds since 1970. */
  readonly settledUntil: number;
};

/** What a deployment promises to all its layers. */
export type Terms = FixedTerms & DeploymentProgress;

type Deployment = Pick<L1, "publicClient" | "settlement">;

/** What a deployment promises, all at one block. */
export async function readTerms(deployment: Deployment): Promise<Terms> {
  const blockNumber = await deployment.publicClient.getBlockNumber({ cacheTime: 0 });
  const [fixed, progress] = await Promise.all([
    readFixedTerms(deployment, { blockNumber }),
    readDeploymentProgress(deployment, { blockNumber }),
  ]);
  return { ...fixed, ...progress };
}

/** What nothing can change of a deployment. */
export async function readFixedTerms(
  { publicClient, settlement }: Deployment,
  { blockNumber }: { readonly blockNumber: bigint },
): Promise<FixedTerms> {
  const at = { address: settlement, abi: settlementAbi, blockNumber } as const;
  const codeOf = async (functionName: "verifier" | "escapeVerifier"): Promise<DeployedCode> => {
    const address = await publicClient.readContract({ ...at, functionName });
    return { address, codeHash: keccak256((await publicClient.getCode({ address, blockNumber })) ?? "0x") };
  };
  const [proposer, isDevelopment, verifier, escapeVerifier, seconds] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "proposer" }),
    publicClient.readContract({ ...at, functionName: "developmentReferenceString" }),
    codeOf("verifier"),
    codeOf("escapeVerifier"),
    Promise.all(durationNames.map((functionName) => publicClient.readContract({ ...at, functionName }))),
  ]);
  const durations = Object.fromEntries(durationNames.map((name, i) => [name, Number(seconds[i])])) as Durations;
  return { durations, proposer, isDevelopment, verifier, escapeVerifier };
}

/** How far a deployment is at a block. */
export async function readDeploymentProgress(
  { publicClient, settlement }: Deployment,
  { blockNumber }: { readonly blockNumber: bigint },
): Promise<DeploymentProgress> {
  const at = { address: settlement, abi: settlementAbi, blockNumber } as const;
  const [isRetired, retirableFrom, settledUntil] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "retired" }),
    publicClient.readContract({ ...at, functionName: "retirableFrom" }),
    publicClient.readContract({ ...at, functionName: "settledUntil" }),
  ]);
  return { isRetired, retirableFrom: Number(retirableFrom) * 1_000, settledUntil: Number(settledUntil) };
}
