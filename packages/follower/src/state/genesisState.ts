import { type Field, fieldToBytes } from "@frond/foundation";
import { EntryWordsError, type GenesisEntry, STATE_DEPTH } from "@frond/protocol";
import { hashHere } from "../hashing/hasher.ts";
import type { LayerState } from "./advanceState.ts";
import { createStateOverlay, groupPlace, type StateChanges } from "./createStateOverlay.ts";
import { emptyGroup, hashOfLeaf, type NodeGroup, type StateRows, sentinelOf, widthOfGenesis } from "./leaf.ts";

type BegunState = { readonly state: LayerState; readonly changes: StateChanges };

/**
 * The entries of a layer without a block: the sentinel alone, or the `entries` that somebody tells, if they lead to the
 * root. A layer that begins with other entries can't be followed, as nobody has told them.
 */
export function genesisState(stateRoot: Field, epoch: number, entries: readonly GenesisEntry[] = []): BegunState {
  const told = entries.length === 0 ? undefined : toldState(stateRoot, entries);
  if (told !== undefined) return told;
  const width = widthOfGenesis(stateRoot);
  if (width === undefined) {
    const reason = "it was registered with entries that nobody has told: name the file that has them with --genesis";
    const state: LayerState = {
      status: { kind: "lost", epoch, time: 0, reason },
      stateRoot,
      leafCount: 0,
      time: 0,
      blocks: 0,
      hidden: undefined,
    };
    return { state, changes: { leafCount: 0, leaves: new Map(), keys: new Map(), groups: new Map() } };
  }
  return emptyState(stateRoot, width);
}

/** The sentinel with the entries written to it; undefined if they lead to another root. */
function toldState(stateRoot: Field, entries: readonly GenesisEntry[]): BegunState | undefined {
  const width = entries[0]!.values.length;
  if (entries.some(({ values }) => values.length !== width)) return undefined;
  const { state, changes } = emptyState(stateRoot, width);
  const overlay = createStateOverlay(NO_ROWS, 0);
  overlay.absorb(changes);
  try {
    for (const [i, { key, values }] of entries.entries())
      overlay.write({ index: i + 1, isInsert: true, isHidden: false, key, values });
  } catch (error) {
    if (error instanceof EntryWordsError) return undefined;
    throw error;
  }
  if (overlay.root() !== stateRoot) return undefined;
  return { state: { ...state, leafCount: overlay.leafCount }, changes: overlay.changes() };
}

const NO_ROWS: StateRows = {
  leaf: () => undefined,
  indexOf: () => undefined,
  lowOf: () => undefined,
  group: () => undefined,
};

function emptyState(stateRoot: Field, width: number): BegunState {
  const sentinel = sentinelOf(width);
  const groups = new Map<number, NodeGroup>();
  let node = fieldToBytes(hashOfLeaf(sentinel));
  for (let level = 0; level < STATE_DEPTH; level++) {
    const group = new Uint8Array(emptyGroup(level));
    group.set(node);
    groups.set(groupPlace(level, 0), group);
    node = hashHere(group, "compression");
  }
  return {
    state: { status: { kind: "followed" }, stateRoot, leafCount: 1, time: 0, blocks: 0, hidden: undefined },
    changes: { leafCount: 1, leaves: new Map([[0, sentinel]]), keys: new Map([[0n, 0]]), groups },
  };
}
