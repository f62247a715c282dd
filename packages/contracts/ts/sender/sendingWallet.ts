import { type Address, type Chain, createWalletClient, custom, type Hex, hexToBigInt, type PublicClient } from "viem";
import type { Wallet } from "../deploySettlement.ts";
import type { Sender } from "./state.ts";

type Asked = { readonly to?: Address; readonly data?: Hex; readonly value?: Hex };

/**
 * A wallet that sends by the sender: a transaction's hash is known when it is mined, because only then it is clear with
 * which fees. Everything else is asked of L1.
 */
export function sendingWallet(sender: Sender, of: { chain: Chain; publicClient: PublicClient }): Wallet {
  let count = 0;
  const request = async ({ method, params }: { readonly method: string; readonly params?: unknown }) => {
    if (method !== "eth_sendTransaction") return await of.publicClient.request({ method, params } as never);
    const [{ to, data = "0x", value = "0x0" }] = params as [Asked];
    const key = `transaction/${Date.now()}/${count++}`;
    return (await sender.send(key, { to, data, value: hexToBigInt(value) })).hash;
  };
  return createWalletClient({
    account: sender.address,
    chain: of.chain,
    transport: custom({ request }, { retryCount: 0 }),
  });
}
