import type { TableChange } from "@frond/store";
import type { CoordinatorFrame } from "../link/frames.ts";
import type { HandedBlock, Peer } from "./layerState.ts";
import { tellNetwork } from "./network.ts";
import type { Tree } from "./tree.ts";
import { tellWanted } from "./wanted.ts";

/**
 * The effects of changes of the tree: first all `changes` become durable in one write, then the `frames` are sent.
 * Proofs of blocks that are `gone` are needed by nobody.
 */
export type Decision = {
  readonly changes: readonly TableChange[];
  readonly frames: readonly { readonly peer: Peer; readonly frame: CoordinatorFrame }[];
  readonly gone: readonly HandedBlock[];
};

/** Takes what the machine has decided since the last time, with what layers have to be told because of it. */
export function takeDecision(tree: Tree): Decision {
  tellNetwork(tree);
  tellWanted(tree, tree.dirty);
  tree.dirty.clear();
  const decision = { changes: [...tree.changes.values()], frames: tree.frames, gone: tree.gone };
  tree.changes = new Map();
  tree.frames = [];
  tree.gone = [];
  return decision;
}
