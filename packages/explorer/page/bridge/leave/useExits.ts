import type { ExitTypes } from "@frond/language/interface";
import { readInterface } from "@frond/sdk";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useNode } from "../../network/layers.ts";
import { useNetwork } from "../../network/live.ts";

/** The name of an application and its exits. */
export type NamedExits = { readonly name: string; readonly exits: ExitTypes };

/** The exits of a layer's application as its node tells, as long as one answers. */
export function useExits(layerId: bigint): UseQueryResult<NamedExits> {
  const layer = useNetwork().data?.layers.find((known) => known.layerId === layerId);
  const node = useNode(layer);
  return useQuery({
    queryKey: ["exits", String(layerId), layer?.url],
    queryFn: async () => (await readInterface(node!)).application,
    enabled: node !== undefined,
  });
}
