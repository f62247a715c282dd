import { join } from "node:path";
import type { Fields, StateDeclaration } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { type Accounts, accountsSchema, type NetworkLayer, readJsonFile } from "@frond/network/directory";
import { DamagedFileError } from "@frond/network/errors";
import { walletAt } from "@frond/network/wallets";
import { type Client, createClient } from "@frond/sdk";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { addressOfText } from "../arguments/addressOfText.ts";
import { UnknownAccountError, UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { applicationOf, locateLayer, networkOf } from "./layers.ts";

/** A client of some layer, whatever application it runs. */
export type AnyClient = Client<StateDeclaration, { readonly [name: string]: Fields }>;

export function readAccounts(settings: Settings): Accounts {
  const path = join(settings.dataDirectory, "accounts.json");
  const result = accountsSchema.safeParse(readJsonFile(path) ?? {});
  if (!result.success) throw new DamagedFileError(path, "it is not a list of accounts");
  return result.data;
}

/**
 * The Ethereum account of a name; without a name the only one, or the one called `default`.
 * @throws UnknownAccountError
 */
export function accountOf(settings: Settings, name: string | undefined) {
  const accounts = readAccounts(settings);
  const names = Object.keys(accounts);
  const chosen = name ?? (names.length === 1 ? names[0]! : "default");
  const found = Object.hasOwn(accounts, chosen) ? accounts[chosen] : undefined;
  if (found === undefined) throw new UnknownAccountError(chosen, names);
  return { name: chosen, account: privateKeyToAccount(found.privateKey as Hex) };
}

/** An address on L1, by itself or by the name of an account. @throws UsageError */
export function addressOf(settings: Settings, text: string): Hex {
  if (text.startsWith("0x")) return addressOfText(text);
  const names = Object.keys(readAccounts(settings));
  if (names.includes(text)) return accountOf(settings, text).account.address;
  throw new UsageError(
    `${text} is no address of L1. Give 0x and 40 hex digits, or the name of an account: ${names.join(", ")}.`,
    { text },
  );
}

/** A client of a layer for an account of the data directory, and the application that both speak of. */
export async function clientOf(
  settings: Settings,
  { account: name, layer: layerName }: { readonly account?: string | undefined; readonly layer?: string | undefined },
): Promise<{
  readonly client: AnyClient;
  readonly application: AnyApplication;
  readonly layer: NetworkLayer /** On L1. */;
  readonly owner: Hex;
}> {
  const { l1Url, coordinatorUrl } = networkOf(settings);
  const { account } = accountOf(settings, name);
  const layer = await locateLayer(settings, layerName);
  const application = await applicationOf(settings, layer);
  const client = await createClient({
    url: layer.url,
    application,
    wallet: await walletAt(l1Url, account),
    l1: l1Url,
    coordinator: coordinatorUrl,
  });
  return { client, application, layer, owner: account.address };
}
