import { type Leaving, readLeaving } from "@frond/sdk/leave";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useAccess } from "../../network/access.ts";
import { useDeployment } from "../../network/trust.ts";

/** About as often as L1 has a block. */
const EVERY_MILLISECONDS = 12_000;

/** How far a layer is from being left, as L1's contract says; asked again and again. */
export function useLeaving(layerId: bigint): UseQueryResult<Leaving> {
  const { l1: publicClient } = useAccess();
  const deployment = useDeployment();
  const query = useQuery({
    queryKey: ["leaving", String(layerId)],
    queryFn: () => readLeaving({ publicClient, settlement: deployment.data!.settlement }, layerId),
    enabled: deployment.data !== undefined,
    refetchInterval: EVERY_MILLISECONDS,
    refetchOnMount: "always",
  });
  return deployment.error === null ? query : (deployment as never);
}
