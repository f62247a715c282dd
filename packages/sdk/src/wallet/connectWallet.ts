import type { Wallet } from "@frond/contracts/client";
import {
  createClient,
  custom,
  defineChain,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
  getAddress,
  type Hex,
  numberToHex,
} from "viem";
import { getChainId, requestAddresses, signTypedData, switchChain } from "viem/actions";
import { NoAccountError } from "../errors.ts";
import type { Provider } from "./discoverWallets.ts";

export type ConnectOptions = {
  /** The chain that the wallet is asked to change to, if it is on another one: that of the layer. */
  readonly chainId?: number | bigint;
};

/**
 * Asks a wallet of the page for an account, and returns it in the form that the client takes. The person who sits there
 * is asked by the wallet. The wallet's account does not change afterwards: connect again when the wallet's does.
 * @throws {@link NoAccountError} when the wallet gives none
 * @throws the wallet's own error when the person refuses (EIP-1193, code 4001)
 */
export async function connectWallet(provider: Provider, { chainId }: ConnectOptions = {}): Promise<Wallet> {
  const transport = custom(provider as Parameters<typeof custom>[0]);
  const plain = createClient({ transport });
  const [address] = await requestAddresses(plain);
  if (address === undefined) throw new NoAccountError();
  if (chainId !== undefined && BigInt(await getChainId(plain)) !== BigInt(chainId)) {
    await switchChain(plain, { id: Number(chainId) });
  }
  const id = await getChainId(plain);
  const nativeCurrency = { name: "Ether", symbol: "ETH", decimals: 18 };
  const chain = defineChain({ id, name: `chain ${id}`, nativeCurrency, rpcUrls: { default: { http: [] } } });
  const account = getAddress(address);
  const client = createClient({ account, chain, transport });
  const wallet = {
    ...client,
    getChainId: () => getChainId(client),
    signTypedData: (message: Parameters<typeof signTypedData>[1]) => signTypedData(client, message),
    sendTransaction: (sent: Sent) => sendTransaction(provider, account, sent),
    writeContract: (call: EncodeFunctionDataParameters & { readonly address: Hex; readonly value?: bigint }) =>
      sendTransaction(provider, account, { to: call.address, data: encodeFunctionData(call), value: call.value }),
  };
  // The part of viem's wallet client that the client uses: the whole takes 40 kB of a page.
  return wallet as unknown as Wallet;
}

type Sent = { readonly to: Hex; readonly data?: Hex; readonly value?: bigint | undefined };

/** The wallet chooses nonce, gas and fees, shows them to the person, and signs. */
async function sendTransaction(provider: Provider, from: Hex, { to, data, value }: Sent): Promise<Hex> {
  const transaction = { from, to, ...(data && { data }), ...(value !== undefined && { value: numberToHex(value) }) };
  return (await provider.request({ method: "eth_sendTransaction", params: [transaction] })) as Hex;
}
