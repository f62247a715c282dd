import type { EnteredEpoch, RebaseRecord } from "./types.ts";

/** The rows of the table `metadata` that a rollback writes. */
export const rebaseMetadata = ({ session, time, epoch, after }: RebaseRecord): [name: string, value: unknown][] => {
  const entered: EnteredEpoch = { epoch, after };
  return [
    ["session", session],
    ["time", time],
    ["epoch", entered],
  ];
};
