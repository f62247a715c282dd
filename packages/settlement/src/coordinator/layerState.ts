import type { Field } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import type { CoordinatorFrame, LayerStats } from "../link/frames.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";

/** A layer's end of a connection. */
export type Peer = { send(frame: CoordinatorFrame): void; close(): void };

/** A block as a layer handed it over: with its circuit's inputs, or with a proof of its own. */
export type HandedBlock = {
  readonly block: BlockRecord;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly proof?: readonly Field[];
};

/** What is durable of a layer. `base` is its last block of epochs that have ended: where a rebase leads back to. */
export type StoredLayer = {
  readonly known: KnownLayer;
  readonly url: string;
  readonly session: number;
  readonly base: number;
  /** Transactions that its next rebase leaves out. */
  readonly pendingDrops: readonly Drop[];
  readonly rest?: Rest | undefined;
};

/** No proof of a layer's blocks is begun before `until`, in milliseconds since 1970; `length` of them is how long it rests. */
export type Rest = { readonly until: number; readonly length: number };

/** A transaction that a rebase leaves out, and why. */
export type Drop = { readonly hash: Field; readonly code: string; readonly message: string };

/** A layer as the coordinator sees it. */
export type LayerState = {
  readonly known: KnownLayer;
  url: string;
  session: number;
  base: number;
  pendingDrops: readonly Drop[];
  /** The last block that was accepted, and its slot. */
  accepted: number;
  slot: number;
  /** Accepted blocks that have not settled, by number. */
  readonly blocks: Map<number, HandedBlock>;
  /** Numbers of those that are proven. */
  readonly proven: Set<number>;
  peer: Peer | undefined;
  /** Other connections that hold the same sequencer's key: listened to for evidence only. */
  readonly rivals: Set<Peer>;
  /** The last deposit that was given to it since it connected or started again. */
  depositsSent: number;
  /** The epoch in which it has stopped ordering, and the last it has sealed. */
  held: number | undefined;
  sealed: number | undefined;
  /** Its messages wait for the proof of the block that sent them, until this epoch has settled. */
  quarantinedUntil: number;
  /** Epochs in a row of which none of its blocks could settle. */
  leftOut: number;
  /** Since one of its blocks could not be proven. */
  rest: Rest | undefined;
  stats: LayerStats | undefined;
  /** Accepted transactions a second, over the last few seconds. */
  rate: number;
  lastStats: { readonly at: number; readonly accepted: number } | undefined;
};

export function newLayerState({ known, url, session, base, pendingDrops, rest }: StoredLayer): LayerState {
  return {
    known,
    url,
    session,
    base,
    pendingDrops,
    accepted: base,
    slot: 0,
    blocks: new Map(),
    proven: new Set(),
    peer: undefined,
    rivals: new Set(),
    depositsSent: -1,
    held: undefined,
    sealed: undefined,
    quarantinedUntil: 0,
    leftOut: 0,
    rest,
    stats: undefined,
    rate: 0,
    lastStats: undefined,
  };
}

const LONGEST_REST = 86_400_000;
/** For how many times its rest a layer is suspect afterwards. */
const SUSPICION = 4;

/**
 * A layer whose block can't be proven rests for as long as the attempt took, and for twice as long each time that it fails again while it is suspect: others lose a part of their time to it that it can't make larger
 * (docs/decisions/0014). What was begun before a rest has no part in it.
 */
export function restAfter(layer: LayerState, startedAt: number): void {
  const now = Date.now();
  if (isResting(layer)) return;
  const longer = isSuspect(layer, startedAt) ? 2 * layer.rest!.length : 0;
  const length = Math.min(Math.max(longer, now - startedAt), LONGEST_REST);
  layer.rest = { until: now + length, length };
}

export function isResting({ rest }: LayerState): boolean {
  return rest !== undefined && Date.now() < rest.until;
}

/** Blocks of a suspect layer are proven one after the other only. */
export function isSuspect({ rest }: LayerState, at = Date.now()): boolean {
  return rest !== undefined && at < rest.until + SUSPICION * rest.length;
}

/** The handed blocks of an epoch, in order. */
export function blocksOfEpoch(layer: LayerState, epoch: number): BlockRecord[] {
  return [...layer.blocks.values()]
    .map(({ block }) => block)
    .filter((block) => block.epoch === epoch)
    .sort((a, b) => a.number - b.number);
}
