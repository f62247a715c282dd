import { settlementAbi } from "@frond/contracts/client";
import { fieldToHex } from "@frond/foundation";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Access, useAccess } from "./access.ts";
import { ask } from "./ask.ts";
import { checkLayer, type Verdict } from "./checkLayer.ts";
import { readBlocks, useNode } from "./layers.ts";
import { useNetwork } from "./live.ts";
import { deploymentSchema, type Layer, pathSchema } from "./schemas.ts";

/** How far back the last settled block of a layer is looked for. */
const COMPARED_BLOCKS = 64;

/** The contract, and an RPC address of its L1. */
export type Deployment = { readonly chainId: bigint; readonly settlement: `0x${string}`; readonly l1Url: string };

/** Where the page's place names the contract and L1, no coordinator is asked. */
export async function readDeployment({ coordinator, place, l1 }: Access): Promise<Deployment> {
  if (place.settlement !== undefined && place.l1 !== undefined)
    return { chainId: BigInt(await l1.getChainId()), settlement: place.settlement, l1Url: place.l1 };
  const { chainId, settlement, l1Url } = await ask(coordinator, { method: "frond_getDeployment" }, deploymentSchema);
  return { chainId: BigInt(chainId), settlement: settlement as `0x${string}`, l1Url };
}

export function useDeployment(): UseQueryResult<Deployment> {
  const access = useAccess();
  return useQuery({ queryKey: ["deployment"], queryFn: () => readDeployment(access) });
}

/** Whether what a layer's node tells fits L1's root; asked again whenever an epoch has settled. */
export function useVerdict(layer: Layer | undefined): UseQueryResult<Verdict> {
  const access = useAccess();
  const node = useNode(layer);
  const settled = useNetwork().data?.epoch.settled;
  const queryFn = async (): Promise<Verdict> => {
    const params = { layerId: fieldToHex(layer!.layerId) };
    const { settlement: address } = await readDeployment(access);
    const contract = { address, abi: settlementAbi } as const;
    // First: what a block says of itself was so before L1 was asked.
    const blocks = await readBlocks(node!, COMPARED_BLOCKS);
    const [path, root, next] = await Promise.all([
      ask(access.coordinator, { method: "frond_getLayerPath", params }, pathSchema),
      access.l1.readContract({ ...contract, functionName: "root" }),
      access.l1.readContract({ ...contract, functionName: "epoch" }),
    ]);
    return checkLayer(layer!.layerId, { path, onLayerOne: { root, epoch: Number(next) - 1 }, blocks });
  };
  const queryKey = ["verdict", String(layer?.layerId), settled];
  const enabled = node !== undefined && settled !== undefined;
  return useQuery({ queryKey, queryFn, enabled, placeholderData: (before) => before });
}
