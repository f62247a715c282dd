import type { EnteredEpoch, SetBackRecord } from "./types.ts";

/** The rows of the table `metadata` that a rollback writes. */
export function setBackMetadata({ session, time, epoch, after }: SetBackRecord): [name: string, value: unknown][] {
  const entered: EnteredEpoch = { epoch, after };
  return [
    ["session", session],
    ["time", time],
    ["epoch", entered],
  ];
}
