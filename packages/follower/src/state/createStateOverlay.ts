import type { Field } from "@frond/foundation";
import { GROUP_BYTES } from "@frond/foundation/node";
import { EntryWordsError, type PublishedEntry, STATE_DEPTH, stateRootOf } from "@frond/protocol";
import { FIELD_BYTES, fieldAt } from "../hashing/fields.ts";
import { type Hasher, hashHere, leafHashes, valuesHashes } from "../hashing/hasher.ts";
import { createKeyPlaces, type KeyPlaces } from "./keyPlaces.ts";
import { emptyGroup, type FollowedLeaf, type NodeGroup, type StateRows } from "./leaf.ts";

/** What entries have changed in a state: each leaf and each group of nodes once. */
export type StateChanges = {
  readonly leafCount: number;
  readonly leaves: ReadonlyMap<number, FollowedLeaf>;
  /** The places of new keys. */
  readonly keys: ReadonlyMap<Field, number>;
  /** By {@link groupPlace}. */
  readonly groups: ReadonlyMap<number, NodeGroup>;
};

/** A state with entries written to it, above rows that stay as they are. */
export type StateOverlay = StateRows & {
  readonly leafCount: number;
  /** @throws EntryWordsError before anything is changed */
  write(entry: PublishedEntry): void;
  /** The state's root. Each node that has changed since the last call is hashed once. */
  root(): Field;
  changes(): StateChanges;
  /** Takes the changes of an overlay that stands above this one. */
  absorb(changes: StateChanges): void;
};

/** More than the nodes of one level. */
const LEVEL_SPAN = 2 ** 30;

export function groupPlace(level: number, parent: number): number {
  return level * LEVEL_SPAN + parent;
}

export function createStateOverlay(base: StateRows, leafCountBefore: number, hasher: Hasher = hashHere): StateOverlay {
  let leafCount = leafCountBefore;
  const leaves = new Map<number, FollowedLeaf>();
  const keys = createKeyPlaces();
  const groups = new Map<number, Uint8Array>();
  /** Leaves whose hash is out of date. */
  const stale = new Set<number>();

  const group = (level: number, parent: number) => groups.get(groupPlace(level, parent)) ?? base.group(level, parent);
  const knownLeaf = (index: number) => leaves.get(index) ?? base.leaf(index);
  const indexOf = (key: Field) => keys.places.get(key) ?? base.indexOf(key);

  const setLeaf = (index: number, value: FollowedLeaf) => {
    leaves.set(index, value);
    stale.add(index);
  };

  const link = () => linkLeaves({ base, keys, knownLeaf, setLeaf });

  function groupToChange(level: number, parent: number): Uint8Array {
    const place = groupPlace(level, parent);
    const known = groups.get(place);
    if (known !== undefined) return known;
    const copy = new Uint8Array(base.group(level, parent) ?? emptyGroup(level));
    groups.set(place, copy);
    return copy;
  }

  function insert(leafIndex: number, key: Field, content: Pick<FollowedLeaf, "values" | "valuesHash">): void {
    if (leafIndex !== leafCount) throw new EntryWordsError(`a new entry has place ${leafIndex}, not ${leafCount}`);
    if (key === 0n || indexOf(key) !== undefined) throw new EntryWordsError("a new entry has a key that is there");
    if (leafCount === 0) throw new EntryWordsError("there is no entry below a new one");
    setLeaf(leafIndex, { key, nextKey: LATER, ...content });
    keys.add(key, leafIndex);
    leafCount++;
  }

  return {
    leaf(index) {
      link();
      return knownLeaf(index);
    },
    indexOf,
    lowOf(key) {
      link();
      return lowIn(base, keys, key);
    },
    group,
    get leafCount() {
      return leafCount;
    },
    write(entry) {
      const { index, key } = entry;
      const content = contentOf(entry);
      if (key !== undefined) return insert(index, key, content);
      const before = index < leafCount ? knownLeaf(index) : undefined;
      if (before === undefined) throw new EntryWordsError(`there is no entry at place ${index}`);
      setLeaf(index, { ...before, ...content });
    },
    root() {
      link();
      hashLeaves({ stale, leaves, groupToChange, hasher });
      hashAbove({ stale, groupToChange, hasher });
      stale.clear();
      const top = hasher(group(STATE_DEPTH - 1, 0) ?? emptyGroup(STATE_DEPTH - 1), "compression");
      return stateRootOf(fieldAt(top, 0), leafCount);
    },
    changes() {
      link();
      return { leafCount, leaves, keys: keys.places, groups };
    },
    absorb(changes) {
      leafCount = changes.leafCount;
      for (const [key, index] of changes.keys) keys.add(key, index);
      // They are linked already.
      keys.sort();
      for (const [index, value] of changes.leaves) leaves.set(index, value);
      for (const [place, group] of changes.groups) groups.set(place, group.slice());
    },
  };
}

function contentOf(entry: PublishedEntry): Pick<FollowedLeaf, "values" | "valuesHash"> {
  return entry.isHidden
    ? { values: undefined, valuesHash: entry.valuesHash }
    : { values: entry.values, valuesHash: LATER };
}

/** The place of the greatest key below `key`, below the overlay or in it. */
function lowIn(base: StateRows, keys: KeyPlaces, key: Field): number | undefined {
  const below = base.lowOf(key);
  const own = keys.below(key);
  if (own === undefined) return below;
  return below === undefined || own > base.leaf(below)!.key ? keys.places.get(own) : below;
}

/**
 * Links new leaves into the order of all keys. The order in which they came makes no difference to it, so they are
 * linked in that of their keys: where many stand between two that were there, these are looked up once.
 */
function linkLeaves(state: {
  readonly base: StateRows;
  readonly keys: KeyPlaces;
  knownLeaf(index: number): FollowedLeaf | undefined;
  setLeaf(index: number, value: FollowedLeaf): void;
}): void {
  const { base, keys, knownLeaf, setLeaf } = state;
  let low: { readonly index: number; readonly leaf: FollowedLeaf } | undefined;
  for (const key of keys.sort()) {
    if (low === undefined || (low.leaf.nextKey !== 0n && low.leaf.nextKey <= key)) {
      const index = lowIn(base, keys, key)!;
      low = { index, leaf: knownLeaf(index)! };
    }
    const index = keys.places.get(key)!;
    const added = { ...knownLeaf(index)!, nextKey: low.leaf.nextKey };
    setLeaf(low.index, { ...low.leaf, nextKey: key });
    setLeaf(index, added);
    low = { index, leaf: added };
  }
}

type GroupToChange = (level: number, parent: number) => Uint8Array;

type Hashed = { readonly stale: ReadonlySet<number>; readonly groupToChange: GroupToChange; readonly hasher: Hasher };

/** Hashes leaves that have changed, and their values if these have. */
function hashLeaves({ stale, leaves, groupToChange, hasher }: Hashed & { leaves: Map<number, FollowedLeaf> }): void {
  const changed = [...stale].filter((index) => leaves.get(index)!.valuesHash === LATER);
  const hashes = valuesHashes(
    hasher,
    changed.map((index) => leaves.get(index)!.values!),
  );
  for (const [i, index] of changed.entries())
    leaves.set(index, { ...leaves.get(index)!, valuesHash: fieldAt(hashes, i) });
  const indices = [...stale];
  const parts = indices.map((index) => {
    const { key, nextKey, valuesHash } = leaves.get(index)!;
    return [key, nextKey, valuesHash] as const;
  });
  putHashes(indices, leafHashes(hasher, parts), (parent) => groupToChange(0, parent));
}

/** Puts the hashes of nodes into the groups of their parents. */
function putHashes(indices: readonly number[], hashes: Uint8Array, groupOf: (parent: number) => Uint8Array): void {
  for (const [i, index] of indices.entries())
    groupOf(index >>> 2).set(hashes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES), (index & 3) * FIELD_BYTES);
}

/** Hashes the nodes above leaves that have changed: each once, level by level. The top one is left. */
function hashAbove({ stale, groupToChange, hasher }: Hashed): void {
  let parents = [...new Set(Array.from(stale, (index) => index >>> 2))];
  for (let level = 1; level < STATE_DEPTH; level++) {
    const groups = new Uint8Array(parents.length * GROUP_BYTES);
    for (const [i, index] of parents.entries()) groups.set(groupToChange(level - 1, index), i * GROUP_BYTES);
    putHashes(parents, hasher(groups, "compression"), (parent) => groupToChange(level, parent));
    parents = [...new Set(parents.map((index) => index >>> 2))];
  }
}

/** Stands for the hash of values and for a link until the root is asked for: most change again before. */
const LATER = -1n;
