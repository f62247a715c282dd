import { sleep } from "@frond/foundation";
import type { RunningNetwork } from "@frond/network";

const MOST_MILLISECONDS = 300_000;
const LOOK_MILLISECONDS = 200;

/**
 * Ends the open epoch, once there is something in it, and waits until `hasSettled`. An epoch of which nothing can
 * settle, because layers did not answer in time, is opened again, and is ended once more.
 */
export async function settleOpenEpoch(running: RunningNetwork, hasSettled: () => boolean): Promise<void> {
  const { open } = running.coordinator.network().epoch;
  const deadline = Date.now() + MOST_MILLISECONDS;
  while (!hasSettled()) {
    if (Date.now() > deadline) throw new Error(`Epoch ${open} has not settled in ${MOST_MILLISECONDS / 1_000} s.`);
    if (running.coordinator.network().epoch.open === open) await running.coordinator.endEpoch();
    await sleep(LOOK_MILLISECONDS);
  }
}
