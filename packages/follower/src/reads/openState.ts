import type { Field } from "@frond/foundation";
import { createStateReader, type StateReader } from "@frond/protocol";
import { LayerUnknownError, StateNotFollowedError } from "../errors.ts";
import type { FollowerStore } from "../rows/openFollowerStore.ts";
import { nodesOfGroup } from "../state/leaf.ts";

/**
 * A layer's entries at its last settled block, with paths to its state root: what an exit opens. Of an entry that only
 * a committee was given, the values are undefined.
 * @throws LayerUnknownError, StateNotFollowedError
 */
export function openState(store: FollowerStore, layerId: Field): StateReader {
  const [layer, state] = [store.layers.get(layerId), store.states.get(layerId)];
  if (layer === undefined || state === undefined) throw new LayerUnknownError(layerId);
  if (state.status.kind !== "followed") throw new StateNotFollowedError(layerId, state.status);
  const rows = store.rowsOf(layerId);
  return createStateReader({
    ...rows,
    group: (level, parent) => nodesOfGroup(rows.group(level, parent)),
    leafCount: state.leafCount,
  });
}
