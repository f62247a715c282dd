import type { Field } from "@frond/foundation";
import { DataAvailability, EntryWordsError, type LayerConfig, type PublishedEntry } from "@frond/protocol";
import type { Hasher } from "../hashing/hasher.ts";
import { readPublished, type StateBlock } from "../tree/applySegments.ts";
import { createStateOverlay, type StateChanges, type StateOverlay } from "./createStateOverlay.ts";
import type { StateRows } from "./leaf.ts";

/** What is known of a layer's entries. */
export type StateStatus =
  /** Every entry is there, as of the layer's last block; of hidden ones the hash of their values. */
  | { readonly kind: "followed" }
  /**
   * The committee's words of a block of this epoch were not to be had yet. They are asked for again, from the first
   * block of the epoch on; `config` is what the layer had then.
   */
  | {
      readonly kind: "waiting";
      readonly epoch: number;
      readonly time: number;
      readonly reason: string;
      readonly config: LayerConfig;
    }
  /** The layer's own circuit publishes something else than its state. The record still follows. Never ends. */
  | { readonly kind: "lost"; readonly epoch: number; readonly time: number; readonly reason: string };

/** A layer's entries as they are kept: how far they have come, and why no further. */
export type LayerState = {
  readonly status: StateStatus;
  /** The root, the number of leaves and the time of the last block whose entries are there. */
  readonly stateRoot: Field;
  readonly leafCount: number;
  readonly time: number;
  /** How many blocks those are. */
  readonly blocks: number;
  /** The first block of which the committee may still have values that the block hides; undefined if there is none. */
  readonly hidden: HiddenFrom | undefined;
};

/** A block that hides values of entries from the public, and the config that its layer had. */
export type HiddenFrom = Pick<StateBlock, "epoch" | "time" | "config">;

/** A block whose words a committee keeps. */
export type CommitteeRequest = Pick<StateBlock, "layerId" | "epoch" | "time" | "stateRoot" | "config">;

/** Asks a layer's committee for the words of a block; undefined if they are not to be had now. */
export type CommitteeWords = (request: CommitteeRequest) => Promise<readonly Field[] | undefined>;

/**
 * Moves a state through blocks of its layer, in order, and compares its root with that which the tree has: once for all
 * blocks, and block by block where that fails or a committee has the words. What can't be followed leaves the state at
 * the last epoch that could.
 */
export async function advanceState(
  before: { readonly rows: StateRows; readonly state: LayerState },
  given: { readonly blocks: readonly StateBlock[]; readonly committeeWords: CommitteeWords; readonly hasher?: Hasher },
): Promise<{ readonly state: LayerState; readonly changes: StateChanges }> {
  const { rows, state } = before;
  const { blocks, committeeWords, hasher } = given;
  const all = createStateOverlay(rows, state.leafCount, hasher);
  const moved = await moveTogether(all, { state, blocks, committeeWords });
  if (moved.status.kind === "followed") return { state: moved, changes: all.changes() };
  // Which epoch is at fault shows by going from one to the next.
  const overlay = createStateOverlay(rows, state.leafCount, hasher);
  let current = state;
  for (const ofEpoch of byEpoch(blocks)) {
    const above = createStateOverlay(overlay, overlay.leafCount, hasher);
    const next = await moveTogether(above, { state: current, blocks: ofEpoch, committeeWords });
    if (next.status.kind !== "followed") {
      current = { ...current, status: next.status };
      break;
    }
    current = next;
    overlay.absorb(above.changes());
  }
  return { state: current, changes: overlay.changes() };
}

type Move = {
  readonly state: LayerState;
  readonly blocks: readonly StateBlock[];
  readonly committeeWords: CommitteeWords;
};

async function moveTogether(overlay: StateOverlay, { state, blocks, committeeWords }: Move): Promise<LayerState> {
  let { stateRoot, hidden } = state;
  for (const [i, block] of blocks.entries()) {
    const isLast = i === blocks.length - 1;
    const problem = await writeBlock(overlay, block, { rootBefore: stateRoot, isLast, committeeWords });
    if (problem !== undefined) return { ...state, status: statusOf(problem, block, blocks[0]!) };
    ({ stateRoot } = block);
    const { epoch, time: at, config } = block;
    if (hidesValues(block)) hidden ??= { epoch, time: at, config };
  }
  const time = blocks.at(-1)?.time ?? state.time;
  const count = state.blocks + blocks.length;
  return { status: { kind: "followed" }, stateRoot, time, leafCount: overlay.leafCount, blocks: count, hidden };
}

function hidesValues({ published }: StateBlock): boolean {
  return !(published instanceof EntryWordsError) && published.some(({ isHidden }) => isHidden);
}

type Problem = { readonly kind: "waiting" | "lost"; readonly reason: string };

function statusOf({ kind, reason }: Problem, { epoch, time }: StateBlock, { config }: StateBlock): StateStatus {
  return kind === "waiting" ? { kind, epoch, time, reason, config } : { kind, epoch, time, reason };
}

/** Writes the entries of a block, and says what keeps the block from being followed. */
async function writeBlock(
  overlay: StateOverlay,
  block: StateBlock,
  given: { readonly rootBefore: Field; readonly isLast: boolean; readonly committeeWords: CommitteeWords },
): Promise<Problem | undefined> {
  const open = block.published;
  if (open instanceof EntryWordsError) return { kind: "lost", reason: open.message };
  const isSecret = open.length === 0 && block.stateRoot !== given.rootBefore;
  if (isSecret && block.config.dataAvailability !== DataAvailability.rollup) {
    const words = await given.committeeWords(block);
    if (words === undefined) return { kind: "waiting", reason: "the committee has not told the words of a block" };
    const told = readPublished(words);
    const isTold = !(told instanceof EntryWordsError) && failureOf(told, overlay) === undefined;
    if (isTold && overlay.root() === block.stateRoot) return undefined;
    return { kind: "waiting", reason: "what the committee has told of a block is not its state" };
  }
  const failure = failureOf(open, overlay);
  if (failure !== undefined) return { kind: "lost", reason: failure.message };
  if (!given.isLast || overlay.root() === block.stateRoot) return undefined;
  return { kind: "lost", reason: "the words that a block has published lead to another state than its own" };
}

/** Writes entries, and says which can't be. */
function failureOf(entries: readonly PublishedEntry[], overlay: StateOverlay): EntryWordsError | undefined {
  try {
    for (const entry of entries) overlay.write(entry);
    return undefined;
  } catch (error) {
    if (error instanceof EntryWordsError) return error;
    throw error;
  }
}

function byEpoch(blocks: readonly StateBlock[]): StateBlock[][] {
  const epochs: StateBlock[][] = [];
  for (const block of blocks) {
    if (epochs.at(-1)?.[0]?.epoch === block.epoch) epochs.at(-1)!.push(block);
    else epochs.push([block]);
  }
  return epochs;
}
