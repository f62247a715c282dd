import type { Field, Logger } from "@frond/foundation";
import type { CommitteeSignature } from "@frond/protocol";
import type { Committee } from "../types.ts";
import type { SealedBlocks } from "./catchUp.ts";
import { collectSignatures } from "./collectSignatures.ts";
import { createCatchUp, type MemberStatus } from "./createCatchUp.ts";

/** What a layer says of its committee. */
export type CommitteeStatus = {
  /** Why its next block is not signed for yet; undefined if nothing is wrong. */
  readonly waiting?: string;
  readonly members: readonly MemberStatus[];
};

/** Has a layer's blocks signed for, several at once, and gives members what they have missed. */
export type Collector = {
  /** Begins to collect for blocks above `above` up to `last`; forgets what is not above. */
  advance(range: { readonly above: number; readonly last: number }): void;
  /** The last block up to which all above `above` are signed for. */
  readyThrough(above: number): number;
  /** None for a block without words for the committee, and for one that is not signed for. */
  signaturesOf(number: number): readonly CommitteeSignature[];
  /** A block was sealed while it is not known from where on to collect: members are given it in the background. */
  noteSealed(): void;
  /** A second has passed: failed attempts are repeated. */
  turn(): void;
  /** Blocks were taken back: what is collected is void. */
  setBack(): void;
  status(): CommitteeStatus;
  close(): Promise<void>;
};

export type CollectorOptions = {
  readonly layerId: Field;
  readonly committee: Committee;
  /** For each member and call; 10 seconds by default. */
  readonly timeoutMilliseconds?: number;
};

export type CollectorDependencies = {
  readonly blocks: SealedBlocks;
  readonly logger: Logger;
  /** A block more is signed for. */
  readonly onSigned: () => void;
  readonly now?: () => number;
};

/** A block that signatures are collected for; or that has them; or whose last attempt failed. */
type Collecting =
  | { readonly kind: "asking" }
  | { readonly kind: "signed"; readonly signatures: readonly CommitteeSignature[] }
  | { readonly kind: "silent"; readonly reason: string; readonly retryAt: number; readonly pauseMilliseconds: number };

/** Blocks that are out for signatures at once. */
const WINDOW = 8;
const TIMEOUT_MILLISECONDS = 10_000;
const FIRST_PAUSE_MILLISECONDS = 1_000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

export function createCollector(options: CollectorOptions, dependencies: CollectorDependencies): Collector {
  const { layerId, committee, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options;
  const { blocks, logger, onSigned, now = () => performance.now() } = dependencies;
  const stop = new AbortController();
  const { signal } = stop;
  const members = createCatchUp({ layerId, committee, blocks, timeoutMilliseconds, signal, now });
  const running = new Set<Promise<void>>();
  let collected = new Map<number, Collecting>();
  let wanted = { above: 0, last: 0 };

  async function collect(number: number, pauseMilliseconds: number): Promise<void> {
    // After a set-back, what is asked for already belongs to blocks that are gone.
    const own = collected;
    own.set(number, { kind: "asking" });
    try {
      own.set(number, { kind: "signed", signatures: await ask(number) });
      if (own === collected) onSigned();
    } catch (error) {
      const reason = (error as Error).message;
      if (!signal.aborted && own === collected) logger.warn("A block is not signed for", { block: number, reason });
      const pause = Math.min(2 * pauseMilliseconds, LONGEST_PAUSE_MILLISECONDS);
      own.set(number, { kind: "silent", reason, retryAt: now() + pauseMilliseconds, pauseMilliseconds: pause });
    }
  }

  async function ask(number: number): Promise<readonly CommitteeSignature[]> {
    if (blocks.timeOf(number) === undefined) return [];
    const block = blocks.read(number);
    if (block === undefined) throw new Error(`The layer has no data of block ${number}. Restore its data directory.`);
    return await collectSignatures({
      ...committee,
      ...{ block, timeoutMilliseconds, signal },
      onAnswer: (memberIndex, error) => error !== undefined && members.noteMissed(memberIndex, error),
    });
  }

  function begin(number: number): void {
    const state = collected.get(number);
    const isDue = state === undefined || (state.kind === "silent" && state.retryAt <= now());
    if (!isDue || signal.aborted) return;
    const work = collect(number, state?.kind === "silent" ? state.pauseMilliseconds : FIRST_PAUSE_MILLISECONDS);
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  function beginAll(): void {
    const { above, last } = wanted;
    for (let number = above + 1; number <= Math.min(last, above + WINDOW); number++) begin(number);
  }

  return {
    advance(range) {
      wanted = range;
      for (const number of collected.keys()) if (number <= range.above) collected.delete(number);
      beginAll();
    },
    readyThrough(above) {
      let number = above;
      while (collected.get(number + 1)?.kind === "signed") number++;
      return number;
    },
    signaturesOf(number) {
      const state = collected.get(number);
      return state?.kind === "signed" ? state.signatures : [];
    },
    noteSealed: members.noteSealed,
    turn() {
      beginAll();
      members.turn();
    },
    setBack() {
      collected = new Map();
      wanted = { above: 0, last: 0 };
      members.setBack();
    },
    status() {
      const silent = [...collected.values()].find((state) => state.kind === "silent");
      return { ...(silent === undefined ? {} : { waiting: silent.reason }), members: members.status() };
    },
    async close() {
      stop.abort();
      await Promise.all([...running, members.rest()]);
    },
  };
}
