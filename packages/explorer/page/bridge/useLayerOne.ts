import { createClaimActions, type OpenLayerOne, openLayerOne } from "@frond/sdk";
import { useMemo } from "react";
import { useAccess } from "../network/access.ts";
import { useDeployment } from "../network/trust.ts";
import { useWallet } from "./wallet.tsx";

/** What the connected wallet does on L1, for which no node of a layer is asked. */
export type LayerOne = { readonly open: OpenLayerOne; readonly claims: ReturnType<typeof createClaimActions> };

/** Undefined until a wallet is connected and the contract's address is known. */
export function useLayerOne(): LayerOne | undefined {
  const { l1 } = useAccess();
  const { connected } = useWallet();
  const deployment = useDeployment().data;
  return useMemo(() => {
    if (connected === undefined || deployment === undefined) return undefined;
    const open = openLayerOne(deployment, { wallet: connected.wallet, l1 });
    return { open, claims: createClaimActions(open) };
  }, [connected, deployment, l1]);
}
