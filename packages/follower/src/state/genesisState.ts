import { type Field, fieldToBytes } from "@frond/foundation";
import { STATE_DEPTH } from "@frond/protocol";
import { hashHere } from "../hashing/hasher.ts";
import type { LayerState } from "./advanceState.ts";
import { groupPlace, type StateChanges } from "./createStateOverlay.ts";
import { emptyGroup, hashOfLeaf, type NodeGroup, sentinelOf, widthOfGenesis } from "./leaf.ts";

/**
 * The entries of a layer without a block: the sentinel alone. A layer that begins with another state can't be followed,
 * as nobody has published it.
 */
export function genesisState(
  stateRoot: Field,
  epoch: number,
): { readonly state: LayerState; readonly changes: StateChanges } {
  const width = widthOfGenesis(stateRoot);
  if (width === undefined) {
    const reason = "it was registered with entries that nobody has published";
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
