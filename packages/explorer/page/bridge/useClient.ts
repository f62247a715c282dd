import { createClient, readInterface, type ToldInterface } from "@frond/sdk";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAccess } from "../network/access.ts";
import { socketUrl } from "../network/place.ts";
import type { Layer } from "../network/schemas.ts";
import { useWallet } from "./wallet.tsx";

export type LayerClient = {
  readonly client: Awaited<ReturnType<typeof createClient>>;
  readonly application: ToldInterface;
};

/** The client of the connected wallet on a layer. */
export function useClient(layer: Layer | undefined): UseQueryResult<LayerClient> {
  const { node, l1, place } = useAccess();
  const { connected } = useWallet();
  const enabled = connected !== undefined && layer !== undefined && layer.url !== "";
  const queryFn = async (): Promise<LayerClient> => {
    const { secret, wallet } = connected!;
    const told = await readInterface(node(layer!.url));
    const options = { url: socketUrl(layer!.url), ...told, secret, wallet, l1, coordinator: place.coordinator };
    return { client: (await createClient(options)) as unknown as LayerClient["client"], application: told.application };
  };
  return useQuery({ queryKey: ["client", connected?.account, String(layer?.layerId)], queryFn, enabled });
}
