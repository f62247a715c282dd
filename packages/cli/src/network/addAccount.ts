import { join } from "node:path";
import { layerOneTransport, testTokenAbi, untilMined } from "@frond/contracts";
import { withLock } from "@frond/foundation/node";
import { type NetworkFile, readNetworkFile, requireWritable, writeJsonFile } from "@frond/network/directory";
import { localAccount, walletAt } from "@frond/network/wallets";
import { createPublicClient, type Hex, parseEther } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { readAccounts } from "./accounts.ts";

/** What a new account gets on a local network. */
const ETHER_FOR_NEW = parseEther("100");
const QUOTE_FOR_NEW = parseEther("1000000");

const ACCOUNT_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,30}$/;

/**
 * Makes an account; on a local network it gets ether and test tokens on L1. The account is written last: one without
 * money could not be made again. Needs no network.
 */
export async function newAccount(settings: Settings, name: string): Promise<void> {
  await addAccount(settings, name, async () => {
    const network = readNetworkFile(settings.dataDirectory);
    const privateKey = generatePrivateKey();
    if (network?.isLocal === true) await fund(network, privateKeyToAccount(privateKey).address);
    return privateKey;
  });
}

/** Keeps the key of an account that somebody has already. Needs no network. */
export async function importAccount(settings: Settings, name: string, privateKey: Hex): Promise<void> {
  await addAccount(settings, name, async () => privateKey);
}

/** One account is added at a time, so that no key is lost. */
async function addAccount(settings: Settings, name: string, keyOf: () => Promise<Hex>): Promise<void> {
  if (!ACCOUNT_NAME.test(name)) {
    throw new UsageError(
      `An account can't be named ${JSON.stringify(name)}: its name stands for its addresses, and must not read as a number. Use up to 31 letters, digits, - and _, a letter first.`,
      { name },
    );
  }
  requireWritable({ path: settings.dataDirectory, what: "the data directory", option: "--data" });
  const path = join(settings.dataDirectory, "accounts.json");
  await withLock(`${path}.lock`, async () => {
    const accounts = readAccounts(settings);
    if (Object.hasOwn(accounts, name)) {
      throw new UsageError(`There is an account ${name} already. Choose another name.`, { name });
    }
    writeJsonFile(path, { ...accounts, [name]: { privateKey: await keyOf() } });
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
