import type { Field } from "@frond/foundation";
import type { Address } from "viem";
import { type EventQuery, getUpgradeEvents } from "../events.ts";

/** An announcement that an epoch may carry now or later, if its announcer owns the layer then. */
export type PendingUpgrade = {
  readonly layer: Field;
  readonly announcer: Address;
  readonly configHash: Field;
  /** The first end of an epoch that may carry it, in milliseconds since 1970. */
  readonly usableFrom: number;
  /** The first beginning of an epoch that may not carry it any more. */
  readonly usableBefore: number;
  /** Whether it was taken back, when epochs could carry it already. */
  readonly isCancelled: boolean;
  /** The config's fields in the order of its hash. */
  readonly config: readonly Field[];
};

/**
 * All announcements that are pending at a block of L1, of all layers, in the order in which they were made;
 * `settledUntil` is what it is at that block. May not be called again before it has answered.
 */
export type UpgradeReader = (at: {
  readonly blockNumber: bigint;
  readonly settledUntil: number;
}) => Promise<readonly PendingUpgrade[]>;

type Pending = Map<string, PendingUpgrade>;
type UpgradeEvent = Awaited<ReturnType<typeof getUpgradeEvents>>["events"][number];

/** What is so far below the last block is not read again: L1 does not undo it. */
const UNDOABLE_BLOCKS = 64n;

/**
 * Reads which upgrades are pending. Anybody can announce as many as they pay for, so each block is read once, but the
 * last ones, and announcements that are over are forgotten.
 */
export function createUpgradeReader(
  options: Pick<EventQuery, "publicClient" | "settlement"> & {
    /** The block of the contract's creation. */
    readonly deploymentBlock: bigint;
  },
): UpgradeReader {
  let fromBlock = options.deploymentBlock;
  let settled: Pending = new Map();
  return async ({ blockNumber, settledUntil }) => {
    const { events } = await getUpgradeEvents({ ...options, fromBlock, lastBlock: blockNumber });
    const undoableFrom = blockNumber - UNDOABLE_BLOCKS + 1n;
    const isUndoable = (event: UpgradeEvent) => event.blockNumber >= undoableFrom;
    settled = pendingAfter(
      settled,
      events.filter((event) => !isUndoable(event)),
    );
    for (const [key, { usableBefore }] of settled) if (usableBefore <= settledUntil) settled.delete(key);
    if (undoableFrom > fromBlock) fromBlock = undoableFrom;
    const all = pendingAfter(settled, events.filter(isUndoable));
    return [...all.values()].filter(({ usableBefore }) => usableBefore > settledUntil);
  };
}

function pendingAfter(before: Pending, events: readonly UpgradeEvent[]): Pending {
  const pending = new Map(before);
  for (const { eventName, args } of events) {
    const key = `${args.layer}/${args.announcer}`;
    const known = pending.get(key);
    pending.delete(key);
    if (eventName === "UpgradeAnnounced") {
      const [usableFrom, usableBefore] = [Number(args.usableFrom), Number(args.usableBefore)];
      pending.set(key, { ...args, usableFrom, usableBefore, isCancelled: false });
    } else if (eventName === "UpgradeCancelled" && args.usableBefore !== 0n && known !== undefined)
      pending.set(key, { ...known, usableBefore: Number(args.usableBefore), isCancelled: true });
  }
  return pending;
}
