import { publicKeyOf } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import { connectWallet, deriveLayerSecret, type Provider } from "@frond/sdk";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useAccess } from "../network/access.ts";
import { readDeployment } from "../network/trust.ts";

/**
 * A connected wallet, and the key on the layers that its signature gives. The key is in the memory of the page alone:
 * it is neither stored nor sent.
 */
type Connected = {
  readonly wallet: Awaited<ReturnType<typeof connectWallet>>;
  readonly account: `0x${string}`;
  readonly secret: bigint;
  /** On every layer. */
  readonly address: bigint;
};

type WalletState = {
  readonly connected: Connected | undefined;
  readonly connect: ReturnType<typeof useMutation<Connected, Error, Provider>>;
  disconnect(): void;
};

const WalletContext = createContext<WalletState | undefined>(undefined);

/** What wallets tell beside EIP-1193's `request`. */
type Emitter = {
  on?(event: string, listener: () => void): void;
  removeListener?(event: string, listener: () => void): void;
};

export function WalletProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const access = useAccess();
  const queries = useQueryClient();
  const [held, setHeld] = useState<{ readonly connected: Connected; readonly provider: Provider & Emitter }>();
  const connect = useMutation({
    async mutationFn(provider: Provider): Promise<Connected> {
      const deployment = await readDeployment(access);
      const wallet = await connectWallet(provider, { chainId: deployment.chainId });
      const secret = await deriveLayerSecret(wallet, deployment);
      const address = addressOf(publicKeyOf(secret));
      const connected = { wallet, account: wallet.account.address, secret, address };
      setHeld({ connected, provider });
      return connected;
    },
  });
  const state = useMemo(() => {
    function disconnect(): void {
      setHeld(undefined);
      queries.removeQueries({ queryKey: ["client"] });
    }
    return { connected: held?.connected, connect, disconnect };
  }, [held, connect, queries]);
  // Another account has another key.
  useEffect(() => {
    const provider = held?.provider;
    provider?.on?.("accountsChanged", state.disconnect);
    return () => provider?.removeListener?.("accountsChanged", state.disconnect);
  }, [held, state.disconnect]);
  return <WalletContext value={state}>{children}</WalletContext>;
}

export function useWallet(): WalletState {
  const state = useContext(WalletContext);
  if (state === undefined) throw new TypeError("There is no WalletProvider above this component.");
  return state;
}
