import { createWalletClient, custom, type EIP1193Provider } from "viem";
import { foundry } from "viem/chains";

declare global {
  interface Window {
    /** What a wallet puts into a page (EIP-1193). */
    readonly ethereum?: EIP1193Provider;
  }
}

/**
 * Who acts on the layer: the account of the browser's wallet, which signs once for a key; without a wallet a key that
 * this page keeps, which is good for a local network only.
 */
export async function identity() {
  const provider = window.ethereum;
  if (provider === undefined) return { secret: keyOfPage() };
  const [account] = await provider.request({ method: "eth_requestAccounts" });
  if (account === undefined) throw new Error("The wallet gave no account. Choose one in the wallet.");
  const wallet = createWalletClient({ account, chain: foundry, transport: custom(provider) });
  await wallet.switchChain({ id: foundry.id });
  return { wallet };
}

function keyOfPage(): bigint {
  const kept = localStorage.getItem("key");
  if (kept !== null) return BigInt(kept);
  const bytes = crypto.getRandomValues(new Uint8Array(31));
  const key = `0x${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  localStorage.setItem("key", key);
  return BigInt(key);
}
