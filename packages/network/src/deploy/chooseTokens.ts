import { deployTestToken, isLocalChain, testTokenAbi } from "@frond/contracts";
import type { NetworkConfig } from "../configuration/types.ts";
import type { NetworkToken } from "../directory/networkFile.ts";
import { TokensUnnamedError, TokenUnreadableError } from "../errors.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";

type Options = {
  readonly config: Pick<NetworkConfig, "tokens">;
  readonly l1: Pick<LayerOneChain, "wallet" | "publicClient" | "chain">;
  readonly cacheDirectory: string;
};

/**
 * The tokens of a new network, which are asset 2, 3 and so on: those that its configuration names, or on a local chain
 * a test token that anybody can mint. Such a token is worth nothing, so nowhere else is it made.
 *
 * @throws {@link TokensUnnamedError} on a chain that is not local, before anything is sent
 * @throws {@link TokenUnreadableError} when an address is not that of a token
 */
export async function chooseTokens({ config, l1, cacheDirectory }: Options): Promise<NetworkToken[]> {
  requireTokens({ config, chainId: l1.chain.id });
  if (config.tokens !== undefined) return await Promise.all(config.tokens.map((token) => describeToken(l1, token)));
  const { wallet, publicClient } = l1;
  const token = { name: "Frond Quote", symbol: "QUOTE" };
  const { address } = await deployTestToken({ wallet, publicClient, cacheDirectory, ...token });
  return [{ address, symbol: token.symbol, decimals: 18, isTest: true }];
}

/** Checks that a network can be deployed with its configuration's tokens. @throws {@link TokensUnnamedError} */
export function requireTokens({
  config,
  chainId,
}: {
  readonly config: Pick<NetworkConfig, "tokens">;
  readonly chainId: number;
}): void {
  if (config.tokens === undefined && !isLocalChain(chainId)) throw new TokensUnnamedError(chainId);
}

/** A symbol is what a token likes to be called: only a short plain one is taken. */
const SYMBOL = /^[A-Za-z0-9.]{1,16}$/;

/** What a token says of itself. @throws TokenUnreadableError */
export async function describeToken({ publicClient }: Pick<LayerOneChain, "publicClient">, address: `0x${string}`) {
  const read = <N extends "symbol" | "decimals">(functionName: N) =>
    publicClient.readContract({ address, abi: testTokenAbi, functionName });
  // Early tokens have a symbol of 32 bytes, which can't be read as a text.
  const symbol = await read("symbol").catch(() => "");
  const decimals = await read("decimals").catch((cause: unknown) => {
    throw new TokenUnreadableError(address, cause);
  });
  return { address, symbol: SYMBOL.test(symbol) ? symbol : address, decimals, isTest: false };
}
