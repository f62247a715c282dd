import { type NetworkStatus, RpcError } from "@frond/sdk";
import type { Settings } from "../settings.ts";
import { askLayer } from "./ask.ts";
import { withCoordinator } from "./layers.ts";

/** An epoch that has not settled, as the coordinator sees it. */
type UnsettledEpoch = {
  readonly epoch: number;
  /** `ending`: messages under way still arrive. `closed` waits for the epochs before it to be proven. */
  readonly status: "open" | "ending" | "closed" | "proving";
  /** Of the work on an epoch that is proven: what is made now, how many of it are done, and of how many. */
  readonly stage?: string;
  readonly done?: number;
  readonly total?: number;
};

/**
 * An epoch by its number: a layer keeps those that have settled; the coordinator knows the open one, those that wait,
 * and the one that is proven.
 * @throws RpcError rpc/not-found when there is no such epoch yet
 */
export async function findEpoch(settings: Settings, layer: string | undefined, epoch: number): Promise<unknown> {
  try {
    return await askLayer(settings, layer, { method: "frond_getEpoch", params: { epoch } });
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== "rpc/not-found") throw error;
    const network = await withCoordinator(settings, (coordinator) => coordinator.network());
    const unsettled = unsettledEpoch(network, epoch);
    if (unsettled !== undefined) return unsettled;
    // The layer has nothing in an epoch that others settled.
    if (epoch < network.epoch.open) return await withCoordinator(settings, (coordinator) => coordinator.epoch(epoch));
    throw error;
  }
}

function unsettledEpoch({ epoch: now }: NetworkStatus, epoch: number): UnsettledEpoch | undefined {
  const { open, proving, settled, stage, done, total } = now;
  // The stage is that of the open epoch while it ends.
  const isEnding = stage === "ending";
  if (epoch === open) return { epoch, status: isEnding ? "ending" : "open" };
  if (epoch === proving) return { epoch, status: "proving", ...(isEnding ? {} : { stage }), done, total };
  return epoch > settled && epoch < open ? { epoch, status: "closed" } : undefined;
}
