import type { Logger } from "@frond/foundation";
import type { BlockRecord, Store } from "@frond/store";
import type { CoordinatorFrame } from "./frames.ts";

type Settled = Extract<CoordinatorFrame, { type: "settled" }>;

export type SettledEpochsDependencies = {
  readonly store: Pick<Store, "block" | "table">;
  readonly setBlockStatus: (number: number, status: "proven" | "settled") => Promise<void>;
  readonly onSettled?:
    | ((
        epoch: number,
        blocks: readonly BlockRecord[],
        told: Pick<Settled, "details" | "trace">,
      ) => void | Promise<void>)
    | undefined;
  readonly logger: Logger;
  /** One more epoch is known to have settled. */
  onKnown(): void;
};

/**
 * The epochs that a layer knows to have settled: told by the coordinator in order, each acted on until that has
 * succeeded, then durable.
 */
export type SettledEpochs = {
  /** The last one; 0 before the first. */
  known(): number;
  take(settled: Settled): void;
  proven(block: number): void;
  close(): Promise<void>;
};

/** Key in the table `metadata`. */
const KEY = "settledEpoch";
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

export function createSettledEpochs(dependencies: SettledEpochsDependencies): SettledEpochs {
  const { store, setBlockStatus, onSettled, logger, onKnown } = dependencies;
  const metadata = store.table<number>("metadata");
  const waiting = new Map<number, Settled>();
  let known = metadata.get(KEY) ?? 0;
  let work: Promise<void> | undefined;
  let pause = FIRST_PAUSE_MILLISECONDS;
  let retryTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function go(): void {
    if (isClosed || work !== undefined || retryTimer !== undefined || waiting.size === 0) return;
    const settled = waiting.get(Math.min(...waiting.keys()))!;
    work = note(settled).then(succeed, fail);

    function succeed(): void {
      work = undefined;
      waiting.delete(settled.epoch);
      pause = FIRST_PAUSE_MILLISECONDS;
      onKnown();
      go();
    }
    function fail(error: unknown): void {
      work = undefined;
      logger.error("A settled epoch can't be noted; it is tried again", {
        epoch: settled.epoch,
        reason: String(error),
      });
      retryTimer = setTimeout(() => {
        retryTimer = undefined;
        go();
      }, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS);
    }
  }

  /** May be done again after a crash. */
  async function note({ epoch, through, details, trace }: Settled): Promise<void> {
    const blocks: BlockRecord[] = [];
    for (let number = through; number > 0; number--) {
      const block = store.block(number);
      if (block === undefined || block.epoch !== epoch) break;
      blocks.unshift(block);
    }
    for (const { number, status } of blocks) if (status !== "settled") await setBlockStatus(number, "settled");
    await onSettled?.(epoch, blocks, { details, ...(trace !== undefined && { trace }) });
    await metadata.put(KEY, epoch);
    known = epoch;
  }

  return {
    known: () => known,
    take(settled) {
      if (settled.epoch <= known) return;
      waiting.set(settled.epoch, settled);
      go();
    },
    proven(number) {
      if (store.block(number)?.status === "sealed")
        setBlockStatus(number, "proven").catch((error) =>
          logger.debug("A block's proof is not noted", { block: number, reason: String(error) }),
        );
    },
    async close() {
      isClosed = true;
      await work;
      clearTimeout(retryTimer);
    },
  };
}
