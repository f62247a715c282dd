import { layerOneTransport, layerOneUrls, type Wallet } from "@frond/contracts";
import { type Chain, createPublicClient, createWalletClient, defineChain, type Hex } from "viem";
import { type HDAccount, mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { InputError } from "../errors.ts";

/** The published mnemonic of anvil's accounts, which hold ether on a local chain. */
const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";
const KEY_VARIABLE = "FROND_L1_PRIVATE_KEY";

/** A chain known by its RPC address only, or by several with commas between. */
export async function chainAt(url: string): Promise<Chain> {
  const id = await createPublicClient({ transport: layerOneTransport(url) }).getChainId();
  return defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: layerOneUrls(url) } },
  });
}

/** A wallet for an account on the L1 at `url`. */
export async function walletAt(url: string, account: PrivateKeyAccount | HDAccount): Promise<Wallet> {
  return createWalletClient({ account, chain: await chainAt(url), transport: layerOneTransport(url) }) as Wallet;
}

/**
 * Account number `index` of a local chain: 0 deploys and settles, 1 to 3 are the example clients, 9 funds new accounts.
 */
export function localAccount(index: number): HDAccount {
  return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: index });
}

/** The account that deploys and settles on an L1 of one's own. @throws InputError if the environment names none */
export function accountOfEnvironment(): PrivateKeyAccount {
  const key = process.env[KEY_VARIABLE];
  if (key === undefined || !/^0x[0-9a-fA-F]{64}$/.test(key)) {
    throw new InputError({
      message: `An L1 of your own needs an account that deploys and settles. Put its private key (0x and 64 hex digits) into ${KEY_VARIABLE}, or name a signer that holds the key (--l1-signer, --l1-signer-address).`,
    });
  }
  return privateKeyToAccount(key as Hex);
}
