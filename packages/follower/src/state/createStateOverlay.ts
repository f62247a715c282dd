import { compress, type Field } from "@frond/foundation";
import { EntryWordsError, type PublishedEntry, STATE_DEPTH, stateRootOf } from "@frond/protocol";
import { type Hasher, hashHere, leafHashes, valuesHashes } from "../hashing/hasher.ts";
import { createKeyPlaces } from "./keyPlaces.ts";
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
  const groups = new Map<number, [Field, Field, Field, Field]>();
  /** Leaves whose hash is out of date. */
  const stale = new Set<number>();

  const group = (level: number, parent: number) => groups.get(groupPlace(level, parent)) ?? base.group(level, parent);
  const leaf = (index: number) => leaves.get(index) ?? base.leaf(index);
  const indexOf = (key: Field) => keys.places.get(key) ?? base.indexOf(key);

  function lowOf(key: Field): number | undefined {
    const below = base.lowOf(key);
    const own = keys.below(key);
    if (own === undefined) return below;
    return below === undefined || own > base.leaf(below)!.key ? keys.places.get(own) : below;
  }

  const setLeaf = (index: number, value: FollowedLeaf) => {
    leaves.set(index, value);
    stale.add(index);
  };

  function groupToChange(level: number, parent: number): [Field, Field, Field, Field] {
    const place = groupPlace(level, parent);
    const known = groups.get(place);
    if (known !== undefined) return known;
    const copy: [Field, Field, Field, Field] = [...(base.group(level, parent) ?? emptyGroup(level))];
    groups.set(place, copy);
    return copy;
  }

  function insert(leafIndex: number, key: Field, content: Pick<FollowedLeaf, "values" | "valuesHash">): void {
    if (leafIndex !== leafCount) throw new EntryWordsError(`a new entry has place ${leafIndex}, not ${leafCount}`);
    if (key === 0n || indexOf(key) !== undefined) throw new EntryWordsError("a new entry has a key that is there");
    const lowIndex = lowOf(key);
    const low = lowIndex === undefined ? undefined : leaf(lowIndex);
    if (low === undefined) throw new EntryWordsError("there is no entry below a new one");
    setLeaf(lowIndex!, { ...low, nextKey: key });
    setLeaf(leafIndex, { key, nextKey: low.nextKey, ...content });
    keys.add(key, leafIndex);
    leafCount++;
  }

  return {
    leaf,
    indexOf,
    lowOf,
    group,
    get leafCount() {
      return leafCount;
    },
    write(entry) {
      const { index, key } = entry;
      const content = entry.isHidden
        ? { values: undefined, valuesHash: entry.valuesHash }
        : { values: entry.values, valuesHash: LATER };
      if (key !== undefined) return insert(index, key, content);
      const before = index < leafCount ? leaf(index) : undefined;
      if (before === undefined) throw new EntryWordsError(`there is no entry at place ${index}`);
      setLeaf(index, { ...before, ...content });
    },
    root() {
      hashLeaves({ stale, leaves, groupToChange, hasher });
      hashAbove({ stale, groupToChange, hasher });
      stale.clear();
      return stateRootOf(compress(...(group(STATE_DEPTH - 1, 0) ?? emptyGroup(STATE_DEPTH - 1))), leafCount);
    },
    changes: () => ({ leafCount, leaves, keys: keys.places, groups }),
    absorb(changes) {
      leafCount = changes.leafCount;
      for (const [index, value] of changes.leaves) leaves.set(index, value);
      for (const [key, index] of changes.keys) keys.add(key, index);
      for (const [place, group] of changes.groups) groups.set(place, [...group]);
    },
  };
}

type GroupToChange = (level: number, parent: number) => [Field, Field, Field, Field];

type Hashed = { readonly stale: ReadonlySet<number>; readonly groupToChange: GroupToChange; readonly hasher: Hasher };

/** Hashes leaves that have changed, and their values if these have. */
function hashLeaves({ stale, leaves, groupToChange, hasher }: Hashed & { leaves: Map<number, FollowedLeaf> }): void {
  const changed = [...stale].filter((index) => leaves.get(index)!.valuesHash === LATER);
  const hashes = valuesHashes(
    hasher,
    changed.map((index) => leaves.get(index)!.values!),
  );
  for (const [i, index] of changed.entries()) leaves.set(index, { ...leaves.get(index)!, valuesHash: hashes[i]! });
  const indices = [...stale];
  const parts = indices.map((index) => {
    const { key, nextKey, valuesHash } = leaves.get(index)!;
    return [key, nextKey, valuesHash] as const;
  });
  for (const [i, hash] of leafHashes(hasher, parts).entries())
    groupToChange(0, indices[i]! >>> 2)[indices[i]! & 3] = hash;
}

/** Hashes the nodes above leaves that have changed: each once, level by level. The top one is left. */
function hashAbove({ stale, groupToChange, hasher }: Hashed): void {
  let parents = [...new Set(Array.from(stale, (index) => index >>> 2))];
  for (let level = 1; level < STATE_DEPTH; level++) {
    const below = level - 1;
    const hashes = hasher(parents.map((index) => groupToChange(below, index)));
    for (const [i, index] of parents.entries()) groupToChange(level, index >>> 2)[index & 3] = hashes[i]!;
    parents = [...new Set(parents.map((index) => index >>> 2))];
  }
}

/** Stands for the hash of values until the root is asked for: most values change again before. */
const LATER = -1n;
