import type { Field } from "@frond/foundation";
import type { BlockRecord } from "@frond/store";
import type { CoordinatorFrame, LayerFrame, LayerStats } from "../link/frames.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Conduct } from "./conduct.ts";
import type { Letter } from "./letter.ts";

/** A layer's end of a connection. */
export type Peer = {
  send(frame: CoordinatorFrame): void;
  close(): void;
  /** Asks for a sign of life: without one in a few seconds the connection ends. */
  probe(): void;
};

/** A block as a layer handed it over: with its circuit's inputs, or with a proof of its own. */
export type HandedBlock = {
  readonly block: BlockRecord;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly proof?: readonly Field[];
};

/** A transaction that a set-back leaves out, and why. */
export type Drop = { readonly hash: Field; readonly code: string; readonly message: string };

/**
 * No proof of a layer's blocks is begun before `until`, in milliseconds since 1970; `length` of them is
 * how long it rests.
 */
export type Rest = { readonly until: number; readonly length: number };

/** Blocks that were taken back in a round through the layer's own fault. */
type Spent = { readonly round: number; readonly blocks: number };

/**
 * How often a layer was there and late at the end of an epoch, less what it has lived down, at which epoch last, and
 * how often in a row it was in time since. Not durable.
 */
type Lateness = { readonly times: number; readonly epoch: number; readonly inTime: number };

/**
 * What L1 has of a layer since an epoch of somebody else: the record's time and state, which the block `base` of the
 * layer has to have. `session`: the one in which the layer comes to it; undefined until the layer has said where it is,
 * for it may have been set back more often than this coordinator knows.
 */
export type Adopted = { readonly time: number; readonly stateRoot: Field; readonly session?: number };

/** What is durable of a layer, besides its blocks and letters. */
export type StoredLayer = {
  readonly known: KnownLayer;
  readonly url: string;
  /** Grows with every set-back. What belongs to a former session is void. */
  readonly session: number;
  /** Its last block of epochs that are closed, less what those leave out: where a set-back leads to. */
  readonly base: number;
  /**
   * The time of its last block that was accepted. The row is written whenever a block is removed; until then the block
   * itself is durable.
   */
  readonly time: number;
  /** What the set-back to this session leaves out; empty once the layer has done it. */
  readonly drops: readonly Drop[];
  /** The round in which it was set back, until it is back and nothing promised lacks its place. */
  readonly returningSince?: number | undefined;
  readonly conduct: Conduct;
  /** Epochs in a row of which none of its blocks could settle. */
  readonly leftOut: number;
  readonly rest?: Rest | undefined;
  /** L1 has frozen it: no block of it can settle any more, and it is never connected again. */
  readonly isFrozen?: boolean | undefined;
  /** Until the layer has come to what an epoch of somebody else made of it. */
  readonly adopted?: Adopted | undefined;
  /** What it has used up of its share in a round, besides the blocks that are here (`spent.ts`). */
  readonly spent?: Spent | undefined;
  /** Milliseconds since 1970. */
  readonly registeredAt: number;
  /** The order in which layers came: parents before children. */
  readonly place: number;
};

/**
 * What a layer was told last, and at most in the running epoch and in the one before; infinite as long as that is not
 * known.
 */
type Places = { told: number; most: number; before: number };

export type Position = Extract<LayerFrame, { type: "position" }>;
export type Wanted = Extract<CoordinatorFrame, { type: "wanted" }>;

/**
 * How far a layer's blocks were looked at for letters that they consume, in which session, and which of these letters
 * `takeConsumed` (`consumed.ts`) has not given yet. Not durable.
 */
export type Reading = { readonly session: number; through: number; fresh: Letter[] };

export const nothingRead: Reading = { session: -1, through: 0, fresh: [] };

/**
 * A layer as the coordinator sees it: what is durable, what follows from that, and what was said on this connection.
 */
export type LayerState = { -readonly [K in keyof StoredLayer]: StoredLayer[K] } & {
  readonly layerId: Field;
  /** The last block that was accepted. */
  accepted: number;
  /** Accepted blocks that have not settled, by number. */
  readonly blocks: Map<number, HandedBlock>;
  /** Numbers of those that are proven. */
  readonly proven: Set<number>;
  peer: Peer | undefined;
  /** Other connections that hold the same sequencer's key: listened to for evidence only. */
  readonly rivals: Set<Peer>;
  /** Where it says that it is. */
  at: Position | undefined;
  /** What it was told last on this connection, as text, and how often it was told something. */
  told: string;
  tellings: number;
  /** The last `network` that it was told on this connection, as text. */
  toldNetwork: string;
  /** Through which settled epoch it was told on this connection because of a position, and when, by `passed`. */
  toldSettled: { readonly through: number; readonly at: number } | undefined;
  /** Deposits that it was given on this connection, by id: whether it has handled them. */
  readonly deposits: Map<number, boolean>;
  /** Which letters its blocks consume. */
  reading: Reading;
  /** Circuits that it was asked for on this connection. */
  readonly asked: Set<string>;
  /** Since when others are told that it can't be reached, by `MachineOptions.passed`; undefined if it can. */
  unreachableSince: number | undefined;
  /** Places in either half of the settlement list. */
  readonly places: Places;
  /** How often it was late when an epoch ended. */
  late: Lateness;
  stats: LayerStats | undefined;
  /** Accepted transactions a second, over the last few seconds. */
  rate: number;
  lastStats: { readonly at: number; readonly accepted: number } | undefined;
};

/** A layer that has not made a block yet. */
export function newcomer(
  known: KnownLayer,
  of: { readonly conduct: Conduct; readonly place: number; readonly registeredAt: number },
): StoredLayer {
  return { known, url: "", session: 0, base: 0, time: 0, drops: [], leftOut: 0, ...of };
}

export function newLayerState(stored: StoredLayer): LayerState {
  return {
    ...stored,
    layerId: stored.known.layerId,
    accepted: stored.base,
    blocks: new Map(),
    proven: new Set(),
    peer: undefined,
    rivals: new Set(),
    at: undefined,
    told: "",
    tellings: 0,
    toldNetwork: "",
    toldSettled: undefined,
    deposits: new Map(),
    reading: nothingRead,
    asked: new Set(),
    unreachableSince: undefined,
    places: { told: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY, before: Number.POSITIVE_INFINITY },
    late: { times: 0, epoch: 0, inTime: 0 },
    stats: undefined,
    rate: 0,
    lastStats: undefined,
  };
}

export function storedOf(layer: LayerState): StoredLayer {
  const { known, url, session, base, time, drops, returningSince, conduct, leftOut, rest, spent } = layer;
  const { registeredAt, place, adopted, isFrozen } = layer;
  return {
    ...{ known, url, session, base, time, drops, returningSince, conduct, leftOut, rest, spent },
    ...{ registeredAt, place, adopted, isFrozen },
  };
}

export function isOnline(layer: LayerState): boolean {
  return layer.peer !== undefined;
}

/** Whether the layer is there, and in the session in which the coordinator has it. */
export function isHere(layer: LayerState): boolean {
  return layer.peer !== undefined && layer.at?.session === layer.session;
}

/** The handed blocks of an epoch, in order. */
export function blocksOfEpoch(layer: LayerState, epoch: number): BlockRecord[] {
  return [...layer.blocks.values()]
    .map(({ block }) => block)
    .filter((block) => block.epoch === epoch)
    .sort((a, b) => a.number - b.number);
}
