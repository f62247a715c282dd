import type { DevOptions } from "@frond/network/dev";
import { UsageError } from "../errors.ts";
import { idleQueue } from "./idleQueue.ts";

/** When `frond dev` makes proofs. */
export const PROVE = ["never", "idle", "always"] as const;

/**
 * What `--prove` says of the network: whether it is proven, and with which queue, if not with that of `frond start`.
 * @throws UsageError for another word
 */
export function provingOf(
  when: string,
  lastCall: () => number,
): Pick<DevOptions, "isProven"> & Partial<Pick<DevOptions, "openQueue">> {
  if (!(PROVE as readonly string[]).includes(when))
    throw new UsageError(`There is no --prove ${when}. Use ${PROVE.join(", ")}.`);
  return { isProven: when !== "never", ...(when === "idle" ? { openQueue: idleQueue(lastCall) } : {}) };
}
