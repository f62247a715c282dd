import { endEpoch, type RunningNetwork } from "@frond/network";
import { until } from "./frond.ts";

/**
 * Ends the open epoch and waits until `hasSettled`. An epoch of which nothing can settle, because layers did not answer
 * in time, is opened again, and is ended once more.
 */
export async function settleOpenEpoch(running: RunningNetwork, hasSettled: () => boolean): Promise<void> {
  const { open } = running.coordinator.network().epoch;
  while (!hasSettled()) {
    await endEpoch(running);
    const isOver = () => hasSettled() || running.coordinator.network().epoch.open === open;
    await until(isOver, `epoch ${open} has settled`);
  }
}
