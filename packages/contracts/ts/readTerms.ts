import { type Address, type Hex, keccak256 } from "viem";
import { settlementAbi } from "./abi.generated.ts";
import type { L1 } from "./actions.ts";
import { type Durations, durationNames } from "./durations.ts";

/** A contract, and the hash of its code. */
export type DeployedCode = { readonly address: Address; readonly codeHash: Hex };

/** What a deployment promises to all its layers. */
export type Terms = {
  readonly durations: Durations;
  /** Who may settle at any time. */
  readonly proposer: Address;
  /** Whether the verifiers trust a reference string whose secret is public. */
  readonly isDevelopment: boolean;
  /** Whether no epoch can settle any more. */
  readonly isRetired: boolean;
  /** From when on it may be retired, in milliseconds since 1970. It moves on with the settled time. */
  readonly retirableFrom: number;
  readonly verifier: DeployedCode;
  readonly escapeVerifier: DeployedCode;
};

/** What a deployment promises, all at one block. */
export async function readTerms({ publicClient, settlement }: Pick<L1, "publicClient" | "settlement">): Promise<Terms> {
  const blockNumber = await publicClient.getBlockNumber({ cacheTime: 0 });
  const at = { address: settlement, abi: settlementAbi, blockNumber } as const;
  const codeOf = async (functionName: "verifier" | "escapeVerifier"): Promise<DeployedCode> => {
    const address = await publicClient.readContract({ ...at, functionName });
    return { address, codeHash: keccak256((await publicClient.getCode({ address, blockNumber })) ?? "0x") };
  };
  const [proposer, isDevelopment, isRetired, retirableFrom, verifier, escapeVerifier, seconds] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "proposer" }),
    publicClient.readContract({ ...at, functionName: "developmentReferenceString" }),
    publicClient.readContract({ ...at, functionName: "retired" }),
    publicClient.readContract({ ...at, functionName: "retirableFrom" }),
    codeOf("verifier"),
    codeOf("escapeVerifier"),
    Promise.all(durationNames.map((functionName) => publicClient.readContract({ ...at, functionName }))),
  ]);
  const durations = Object.fromEntries(durationNames.map((name, i) => [name, Number(seconds[i])])) as Durations;
  return {
    ...{ durations, proposer, isDevelopment, isRetired, verifier, escapeVerifier },
    retirableFrom: Number(retirableFrom) * 1_000,
  };
}
