import type { EnteredEpoch, SetBackPlace, SetBackRecord } from "./types.ts";

/** So many rollbacks are remembered, for those who ask what has become of blocks that they know. */
export const KEPT_SET_BACKS = 64;

/** The rows of the table `metadata` that a rollback writes; `before` are the rollbacks before it. */
export function setBackMetadata(
  { session, time, epoch, after }: SetBackRecord,
  through: number,
  before: readonly SetBackPlace[] = [],
): [name: string, value: unknown][] {
  const entered: EnteredEpoch = { epoch, after };
  return [
    ["setBacks", [...before, { session, through }].slice(-KEPT_SET_BACKS)],
    ["session", session],
    ["time", time],
    ["epoch", entered],
  ];
}
