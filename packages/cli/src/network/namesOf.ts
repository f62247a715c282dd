import { type Field, hexToField, publicKeyOf } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { deriveLayerSecret } from "@frond/sdk";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { AddressesOfAccount, Names } from "../arguments/names.ts";
import type { Settings } from "../settings.ts";
import { readAccounts } from "./accounts.ts";
import { networkOf } from "./layers.ts";

/**
 * What names stand for in `texts`: accounts of the data directory, and layers of the network. An account's address on
 * the layers takes signatures to find out, so only accounts that a text mentions are looked up.
 */
export async function namesOf(settings: Settings, texts: readonly string[]): Promise<Names> {
  const network = networkOf(settings);
  const layers = network.layers.map(({ name, layerId }) => ({ name, layerId: hexToField(layerId) }));
  return await namesAt(settings, texts, { ...network, layers });
}

/** The same in a deployment that is named. */
export async function namesAt(
  settings: Settings,
  texts: readonly string[],
  deployment: Deployment & { readonly layers: readonly { readonly name: string; readonly layerId: Field }[] },
): Promise<Names> {
  const accounts = readAccounts(settings);
  const addresses = new Map<string, AddressesOfAccount>();
  for (const [name, { privateKey }] of Object.entries(accounts)) {
    if (!texts.some((text) => text.includes(name))) continue;
    const account = privateKeyToAccount(privateKey as `0x${string}`);
    addresses.set(name, { onLayers: await addressOnLayers(account, deployment), onLayerOne: account.address });
  }
  const layerIds = new Map(deployment.layers.map(({ name, layerId }) => [name, layerId]));
  return { addresses, layerIds, accounts: Object.keys(accounts) };
}

type Deployment = { readonly chainId: number; readonly settlement: `0x${string}` };

async function addressOnLayers(account: PrivateKeyAccount, { chainId, settlement }: Deployment): Promise<bigint> {
  const secret = await deriveLayerSecret(account, { chainId: BigInt(chainId), settlement });
  return addressOf(publicKeyOf(secret));
}
