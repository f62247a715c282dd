import type { Field } from "@frond/foundation";
import type { LeafStore } from "@frond/protocol";
import type { OpenBlock } from "./openBlock.ts";

/** Entries kept in memory; when there are more, all are forgotten and read again. */
const CACHED_ENTRIES = 200_000;

/** The state as preconfirmed: the stored tree, then the blocks waiting to be sealed, then the open one. */
export type WorkingState = {
  /** Values now; undefined if the key does not exist. */
  read(key: Field): readonly Field[] | undefined;
  /** Whether the tree has the key before the open block. */
  existsBeforeOpenBlock(key: Field): boolean;
  /** The open block, if there is one, and those cut before it, oldest first. */
  open: OpenBlock | undefined;
  readonly cut: OpenBlock[];
  /** The oldest cut block is in the store now. */
  settleOldest(): void;
  /** The stored tree is another: forgets everything else. */
  clear(): void;
};

export function createWorkingState(leaves: LeafStore): WorkingState {
  const cache = new Map<Field, readonly Field[] | undefined>();
  const readStored = (key: Field): readonly Field[] | undefined => {
    const cached = cache.get(key);
    if (cached !== undefined || cache.has(key)) return cached;
    const index = leaves.indexOf(key);
    const values = index === undefined ? undefined : leaves.get(index)?.values;
    remember(key, values);
    return values;
  };
  const remember = (key: Field, values: readonly Field[] | undefined): void => {
    if (cache.size >= CACHED_ENTRIES) cache.clear();
    cache.set(key, values);
  };
  const readCut = (key: Field): readonly Field[] | undefined => {
    for (let i = state.cut.length - 1; i >= 0; i--) {
      const values = state.cut[i]!.values.get(key);
      if (values !== undefined) return values;
    }
    return readStored(key);
  };

  const state: WorkingState = {
    open: undefined,
    cut: [],
    read: (key) => state.open?.values.get(key) ?? readCut(key),
    existsBeforeOpenBlock: (key) => readCut(key) !== undefined,
    settleOldest() {
      const block = state.cut.shift();
      for (const [key, values] of block?.values ?? []) remember(key, values);
    },
    clear() {
      state.open = undefined;
      state.cut.length = 0;
      cache.clear();
    },
  };
  return state;
}
