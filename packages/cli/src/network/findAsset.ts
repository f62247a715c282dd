import { LayerOneAnswerError, layerOneTransport, readAssetOf, testTokenAbi } from "@frond/contracts";
import type { NetworkFile } from "@frond/network/directory";
import { type Address, createPublicClient, type PublicClient } from "viem";
import { addressOfText } from "../arguments/addressOfText.ts";
import { type Asset, assetOf } from "../arguments/assets.ts";
import { UsageError } from "../errors.ts";

/**
 * An asset by its name, or any token by its address: one that the network was not deployed with is read from L1. Its
 * number is 0 if nobody has registered it.
 * @throws {@link UsageError} when there is no such asset
 */
export async function findAsset(
  network: Pick<NetworkFile, "tokens" | "l1Url" | "settlement">,
  text: string,
): Promise<Asset> {
  const isKnown = network.tokens.some(({ address }) => address.toLowerCase() === text.toLowerCase());
  if (!text.startsWith("0x") || isKnown) return assetOf(network, text);
  const token = addressOfText(text);
  const publicClient = createPublicClient({ transport: layerOneTransport(network.l1Url) });
  const decimals = await decimalsOf(publicClient, token);
  const number = await readAssetOf({ publicClient, settlement: network.settlement }, token);
  // What a stranger's token calls itself may be the name of another one.
  return { name: token, number, unit: token, decimals, token };
}

/** A token need not say its decimals: amounts of one that doesn't are in its smallest unit. */
async function decimalsOf(publicClient: PublicClient, token: Address): Promise<number> {
  const contract = { address: token, abi: testTokenAbi } as const;
  try {
    return await publicClient.readContract({ ...contract, functionName: "decimals" });
  } catch (error) {
    requireAnswered(error);
    const isToken = await publicClient.readContract({ ...contract, functionName: "balanceOf", args: [token] }).then(
      () => true,
      (cause: unknown) => {
        requireAnswered(cause);
        return false;
      },
    );
    if (isToken) return 0;
    throw new UsageError(`${token} does not answer as an ERC-20 token on L1. Give the address of a token.`, {
      token,
      reason: String(error),
    });
  }
}

/** Silence says nothing of the token. */
function requireAnswered(error: unknown): void {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof LayerOneAnswerError) throw at;
}

/** An asset as the client takes it. */
export function ofLayerOne({ token }: Asset): "ether" | { readonly token: `0x${string}` } {
  return token === undefined ? "ether" : { token };
}
