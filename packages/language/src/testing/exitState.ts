import type { Field } from "@frond/foundation";
import {
  createIndexedTree,
  createStateReader,
  memoryTreeStores,
  type StateReader,
  stateSourceOf,
} from "@frond/protocol";
import type { Program } from "../ir.ts";

/** A layer's last state for tests of exits: a state with these entries, which may have fewer values than places. */
export function exitState(
  program: Program,
  entries: Iterable<readonly [key: Field, values: readonly Field[]]>,
): StateReader {
  const stores = memoryTreeStores();
  const { entryWidth } = program;
  const tree = createIndexedTree({ entryWidth, ...stores });
  const padded = [...entries].map(([key, values]) => ({
    key,
    after: Array.from({ length: entryWidth }, (_, i) => values[i] ?? 0n),
  }));
  if (padded.length > 0) tree.applyWitnessSet(padded);
  void tree.root;
  return createStateReader(stateSourceOf(stores, tree.leafCount));
}
