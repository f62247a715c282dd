import { compress } from "@frond/foundation";
import { type NodeStore, STATE_DEPTH } from "@frond/protocol";
import { ReadOnlyFollowerError } from "../errors.ts";
import { nodesOfGroup, type StateRows } from "../state/leaf.ts";

/** The nodes of a state's tree, one by one. */
export function nodesOf(rows: Pick<StateRows, "group">): NodeStore {
  return {
    get(level, index) {
      if (level < STATE_DEPTH) return nodesOfGroup(rows.group(level, Math.floor(index / 4)))?.[index % 4];
      const top = nodesOfGroup(rows.group(STATE_DEPTH - 1, 0));
      return top && compress(...top);
    },
    set() {
      throw new ReadOnlyFollowerError();
    },
  };
}
