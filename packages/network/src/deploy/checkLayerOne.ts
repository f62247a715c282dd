import {
  DevelopmentReferenceStringError,
  DURATIONS,
  type Durations,
  durationNames,
  isLocalChain,
  settlementAbi,
  shortestNotice,
  shortestSeconds,
} from "@frond/contracts";
import { isAddressEqual } from "viem";
import type { NetworkConfig } from "../configuration/types.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import { InputError, NetworkMismatchError, NoEtherError } from "../errors.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";
import { requireTokens } from "./chooseTokens.ts";

export type CheckLayerOneOptions = {
  /** The network of the data directory; undefined if it is going to be deployed. */
  readonly known: NetworkFile | undefined;
  readonly config: Pick<NetworkConfig, "durations" | "tokens">;
  readonly referenceString: "development" | "ignition";
};

/**
 * Checks what L1 has to be, before the minutes of a set-up: that the reference string may be used there, and that the
 * contracts of the network are there, as it was deployed; or that the configuration says which tokens they are to know,
 * and that the account can pay for deploying them.
 * @throws DevelopmentReferenceStringError, NetworkMismatchError, TokensUnnamedError, NoEtherError, LayerOneAnswerError
 */
export async function checkLayerOne(l1: LayerOneChain, options: CheckLayerOneOptions): Promise<void> {
  const { known, config, referenceString } = options;
  if (known === undefined) {
    if (referenceString === "development" && !isLocalChain(l1.chain.id))
      throw new DevelopmentReferenceStringError(l1.chain.id);
    requireTokens({ config, chainId: l1.chain.id });
    requireDurations(config.durations, { isLocal: isLocalChain(l1.chain.id), chainId: l1.chain.id });
    return await requireEther(l1);
  }
  requireSame("reference string", referenceString, known.referenceString);
  requireSame("chain", String(l1.chain.id), String(known.chainId));
  if (config.tokens !== undefined) {
    requireSame("tokens", textOf(config.tokens), textOf(known.tokens.map(({ address }) => address)));
  }
  const code = await l1.publicClient.getCode({ address: known.settlement });
  if (code === undefined) {
    throw new NetworkMismatchError("L1", { expected: `a contract at ${known.settlement}`, actual: "none there" });
  }
  await requireProposer(l1, { settlement: known.settlement, durations: config.durations });
}

async function requireEther({ publicClient, wallet, chain }: LayerOneChain): Promise<void> {
  const { address } = wallet.account;
  if ((await publicClient.getBalance({ address })) === 0n) throw new NoEtherError({ address, chainId: chain.id });
}

/** On a chain that is not local the contract takes none that are too short to act in. */
function requireDurations(
  durations: Durations,
  { isLocal, chainId }: { readonly isLocal: boolean; readonly chainId: number },
): void {
  for (const name of durationNames) {
    const isNotice = name === "upgradeSeconds" && !isLocal;
    const shortest = isNotice ? shortestNotice(durations) : shortestSeconds(name, { isLocal });
    if (durations[name] >= shortest) continue;
    const why =
      shortest > DURATIONS[name].minimum
        ? ": more than forcedSeconds, freezeGraceSeconds and retireSeconds together"
        : "";
    throw new InputError({
      message: `${name} is ${durations[name]}, and on chain ${chainId} the contract takes nothing below ${shortest}${why}. Write at least ${shortest} in frond.config.ts.`,
      data: { name, seconds: durations[name], shortest, chainId },
    });
  }
}

/** Who may settle at any time, and all durations, are fixed with the contract. */
async function requireProposer(
  { publicClient, wallet }: LayerOneChain,
  { settlement, durations }: { readonly settlement: `0x${string}`; readonly durations: Durations },
): Promise<void> {
  const contract = { address: settlement, abi: settlementAbi } as const;
  const proposer = await publicClient.readContract({ ...contract, functionName: "proposer" });
  const own = wallet.account.address;
  if (!isAddressEqual(proposer, own)) throw new NetworkMismatchError("proposer", { expected: own, actual: proposer });
  for (const name of durationNames) {
    const deployed = await publicClient.readContract({ ...contract, functionName: name });
    requireSame(name, String(durations[name]), String(deployed));
  }
}

function textOf(tokens: readonly string[]): string {
  return tokens.join(", ").toLowerCase();
}

function requireSame(what: string, expected: string, actual: string): void {
  if (expected !== actual) throw new NetworkMismatchError(what, { expected, actual });
}
