import { type L1, settlementAbi } from "@frond/contracts";
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  isAddressEqual,
  zeroAddress,
} from "viem";
import type { NetworkToken } from "../directory/networkFile.ts";
import { TokenUnreadableError } from "../errors.ts";
import { describeToken } from "./chooseTokens.ts";

/**
 * The tokens that L1 knows as asset 2 and so on: asset 1 is ether. Anybody may register a token. One that does not say
 * what it is has its address for a name, and amounts in its smallest unit; one with the name of an earlier asset has
 * its address for a name.
 *
 * @throws {@link TokenUnreadableError} when L1 does not answer
 */
export async function readTokens({
  publicClient,
  settlement,
}: Pick<L1, "publicClient" | "settlement">): Promise<NetworkToken[]> {
  const tokens: NetworkToken[] = [];
  for (let asset = 2n; ; asset++) {
    const address = await publicClient.readContract({
      address: settlement,
      abi: settlementAbi,
      functionName: "tokenOf",
      args: [asset],
    });
    if (isAddressEqual(address, zeroAddress)) return tokens;
    const described = await describeToken({ publicClient }, address).catch((error: unknown) => {
      if (!isOfToken(error)) throw error;
      return { address, symbol: address, decimals: 0, isTest: false };
    });
    const names = ["ether", ...tokens.map(({ symbol }) => symbol.toLowerCase())];
    tokens.push(names.includes(described.symbol.toLowerCase()) ? { ...described, symbol: address } : described);
  }
}

/** Whether it is the token that has no answer, and not L1. */
function isOfToken(error: unknown): boolean {
  if (!(error instanceof TokenUnreadableError) || !(error.cause instanceof BaseError)) return false;
  const said = error.cause.walk(
    (at) => at instanceof ContractFunctionRevertedError || at instanceof ContractFunctionZeroDataError,
  );
  return said !== null;
}
