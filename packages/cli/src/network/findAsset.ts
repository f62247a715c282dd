import { layerOneTransport, readAssetOf, testTokenAbi } from "@frond/contracts";
import { createPublicClient } from "viem";
import { addressOfText } from "../arguments/addressOfText.ts";
import { type Asset, assetOf } from "../arguments/assets.ts";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { networkOf } from "./layers.ts";

/**
 * An asset by its name, or any token by its address: one that the network was not deployed with is read from L1. Its
 * number is 0 if nobody has registered it.
 * @throws {@link UsageError} when there is no such asset
 */
export async function findAsset(settings: Settings, text: string): Promise<Asset> {
  const network = networkOf(settings);
  const isKnown = network.tokens.some(({ address }) => address.toLowerCase() === text.toLowerCase());
  if (!text.startsWith("0x") || isKnown) return assetOf(network, text);
  const token = addressOfText(text);
  const publicClient = createPublicClient({ transport: layerOneTransport(network.l1Url) });
  const decimals = await publicClient
    .readContract({ address: token, abi: testTokenAbi, functionName: "decimals" })
    .catch((cause: unknown) => {
      throw new UsageError(`${token} does not answer as an ERC-20 token on L1. Give the address of a token.`, {
        token,
        reason: String(cause),
      });
    });
  const number = await readAssetOf({ publicClient, settlement: network.settlement }, token);
  // What a stranger's token calls itself may be the name of another one.
  return { name: token, number, unit: token, decimals, token };
}

/** An asset as the client takes it. */
export function ofLayerOne({ token }: Asset): "ether" | { readonly token: `0x${string}` } {
  return token === undefined ? "ether" : { token };
}
