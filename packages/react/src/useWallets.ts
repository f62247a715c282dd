import { type DiscoveredWallet, discoverWallets } from "@frond/sdk";
import { useEffect, useState } from "react";

/** The wallets of the page that have announced themselves (EIP-6963). */
export function useWallets(): readonly DiscoveredWallet[] {
  const [wallets, setWallets] = useState<readonly DiscoveredWallet[]>([]);
  useEffect(() => discoverWallets(setWallets), []);
  return wallets;
}
