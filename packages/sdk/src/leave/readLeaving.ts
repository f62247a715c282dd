import { type AccountL1, readLayer, settlementAbi } from "@frond/contracts/client";
import type { Field } from "@frond/foundation";

/**
 * How far a layer is from being left, as L1's contract says. Times are in milliseconds since 1970.
 * - `unknown`: L1 has no such layer.
 * - `running`: no forced transaction waits. Next: force one.
 * - `waiting`: forced transactions wait. Next: demand the freeze, once an epoch has settled that ends at the deadline
 *   of one of them or later.
 * - `demanded`: the freeze is demanded. An epoch that ends at `carriedUntil` or later has to carry it.
 * - `frozen`: accounts leave by their exits. The same if the deployment is retired.
 */
export type Leaving = (
  | { readonly kind: "unknown" | "running" | "frozen" }
  | { readonly kind: "waiting"; readonly forcedWaiting: number }
  | { readonly kind: "demanded"; readonly demandedAt: number; readonly carriedUntil: number }
) & {
  /** How long a layer has for a transaction that is forced now. */
  readonly forcedMilliseconds: number;
  /** The end of the last settled epoch; 0 before the first. */
  readonly settledUntil: number;
  /** From then on anybody may retire the deployment. It moves on with the settled time. */
  readonly retirableFrom: number;
};

/** What L1 says of leaving a layer, all at its last block. Nobody else is asked. */
export async function readLeaving(
  l1: Pick<AccountL1, "publicClient" | "settlement">,
  layerId: Field,
): Promise<Leaving> {
  const { publicClient, settlement: address } = l1;
  const blockNumber = await publicClient.getBlockNumber({ cacheTime: 0 });
  const at = { address, abi: settlementAbi, blockNumber } as const;
  const [layer, forcedSeconds, graceSeconds, settledUntil, retirableFrom] = await Promise.all([
    readLayer(l1, layerId, { blockNumber }),
    publicClient.readContract({ ...at, functionName: "forcedSeconds" }),
    publicClient.readContract({ ...at, functionName: "freezeGraceSeconds" }),
    publicClient.readContract({ ...at, functionName: "settledUntil" }),
    publicClient.readContract({ ...at, functionName: "retirableFrom" }),
  ]);
  const times = {
    forcedMilliseconds: Number(forcedSeconds) * 1_000,
    settledUntil: Number(settledUntil),
    retirableFrom: Number(retirableFrom) * 1_000,
  };
  const { status, forcedWaiting } = layer;
  if (status !== "registered") return { ...times, kind: status };
  if (layer.freezeDemandedAt !== undefined) {
    const demandedAt = Number(layer.freezeDemandedAt);
    return { ...times, kind: "demanded", demandedAt, carriedUntil: demandedAt + Number(graceSeconds) * 1_000 };
  }
  return forcedWaiting > 0 ? { ...times, kind: "waiting", forcedWaiting } : { ...times, kind: "running" };
}
