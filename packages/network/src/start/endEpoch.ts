import { sleep } from "@frond/foundation";
import type { RunningNetwork } from "./startNetwork.ts";

const RETRY_MILLISECONDS = 100;

/** Ends the open epoch, as soon as a layer has said that something is in it. */
export async function endEpoch({ coordinator }: Pick<RunningNetwork, "coordinator">): Promise<void> {
  const { open } = coordinator.network().epoch;
  while (coordinator.network().epoch.open === open) {
    await coordinator.endEpoch();
    await sleep(RETRY_MILLISECONDS);
  }
}
