import { join } from "node:path";
import { layerOneTransport, testTokenAbi, untilMined } from "@frond/contracts";
import { withLock } from "@frond/foundation/node";
import type { Fields, StateDeclaration } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import {
  type Accounts,
  accountsSchema,
  type NetworkFile,
  type NetworkLayer,
  readJsonFile,
  requireWritable,
  writeJsonFile,
} from "@frond/network/directory";
import { DamagedFileError } from "@frond/network/errors";
import { localAccount, walletAt } from "@frond/network/wallets";
import { type Client, createClient } from "@frond/sdk";
import { createPublicClient, type Hex, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { addressOfText } from "../arguments/addressOfText.ts";
import { UnknownAccountError, UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { applicationOf, locateLayer, networkOf } from "./layers.ts";

/** What a new account gets on a local network. */
const ETHER_FOR_NEW = parseEther("100");
const QUOTE_FOR_NEW = parseEther("1000000");

const ACCOUNT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;

/** A client of some layer, whatever application it runs. */
export type AnyClient = Client<StateDeclaration, { readonly [name: string]: Fields }>;

export function readAccounts(settings: Settings): Accounts {
  const path = join(settings.dataDirectory, "accounts.json");
  const result = accountsSchema.safeParse(readJsonFile(path) ?? {});
  if (!result.success) throw new DamagedFileError(path, "it is not a list of accounts");
  return result.data;
}

/**
 * Makes an account; on a local network it gets ether and test tokens on L1. One account is made at a time, so that no
 * key is lost. The account is written last: one without money could not be made again.
 */
export async function newAccount(settings: Settings, name: string): Promise<void> {
  if (!ACCOUNT_NAME.test(name)) {
    throw new UsageError(
      `An account can't be named ${JSON.stringify(name)}: its name stands for its addresses, and must not read as a number. Use up to 31 letters, digits, - and _, a letter first.`,
      { name },
    );
  }
  const network = networkOf(settings);
  requireWritable({ path: settings.dataDirectory, what: "the data directory", option: "--data" });
  const path = join(settings.dataDirectory, "accounts.json");
  await withLock(`${path}.lock`, async () => {
    const accounts = readAccounts(settings);
    if (Object.hasOwn(accounts, name)) {
      throw new UsageError(`There is an account ${name} already. Choose another name: \`frond account new <name>\`.`, {
        name,
      });
    }
    const privateKey = generatePrivateKey();
    if (network.isLocal) await fund(network, privateKeyToAccount(privateKey).address);
    writeJsonFile(path, { ...accounts, [name]: { privateKey } });
  });
}

/** Gives an address of a local L1 ether and test tokens. */
async function fund(network: NetworkFile, address: `0x${string}`): Promise<void> {
  const wallet = await walletAt(network.l1Url, localAccount(9));
  const publicClient = createPublicClient({ transport: layerOneTransport(network.l1Url), pollingInterval: 100 });
  const sent = [await wallet.sendTransaction({ to: address, value: ETHER_FOR_NEW })];
  for (const { address: token } of network.tokens.filter(({ isTest }) => isTest)) {
    const mint = { abi: testTokenAbi, functionName: "mint", args: [address, QUOTE_FOR_NEW] } as const;
    sent.push(await wallet.writeContract({ address: token, ...mint }));
  }
  for (const hash of sent) await untilMined(publicClient, { hash });
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
