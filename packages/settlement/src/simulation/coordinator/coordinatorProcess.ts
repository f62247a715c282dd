import type { Field } from "@frond/foundation";
import type { TableChange } from "@frond/store";
import type { NetworkClock } from "../../coordinator/networkClock.ts";
import type { CoordinatorFrame, LayerFrame } from "../../link/frames.ts";
import type { BundleRecord } from "../../machine/bundleRecord.ts";
import type { HandedBlock } from "../../machine/layerState.ts";
import { takeDecision } from "../../machine/takeDecision.ts";
import type { Tree } from "../../machine/tree.ts";
import type { KnownLayer } from "../../tree/knownLayer.ts";
import type { Disk } from "../disk.ts";
import type { SimLayerOne, SimTransaction } from "../simTypes.ts";
import type { Connection, World } from "../world.ts";

/** A bundle whose legs are being executed. */
type RunningBundle = {
  readonly record: BundleRecord;
  readonly legs: readonly SimTransaction[];
  /** Legs that have not answered, and the turns that they still have. */
  readonly waiting: Set<number>;
  patience: number;
  done(isPreconfirmed: boolean): void;
};

export type SimCoordinatorOptions = {
  readonly layers: readonly KnownLayer[];
  /** How likely a block turns out to be unprovable. */
  readonly unprovable: () => number;
};

/** What the coordinator's process has on its disk and in its memory. */
export type CoordinatorProcess = {
  readonly world: World;
  readonly layerOne: SimLayerOne;
  readonly options: SimCoordinatorOptions;
  readonly disk: Disk;
  /** Undefined while the process is dead. */
  tree: Tree | undefined;
  clock: NetworkClock;
  ledgerEpoch: number;
  /** Each start is another life: what an earlier one asked the disk for tells nobody anything. */
  life: number;
  connections: Connection<LayerFrame, CoordinatorFrame>[];
  running: Map<number, RunningBundle>;
  lastId: number;
  /** Whether a submission of the closed epoch is on its way. */
  isSubmitting: boolean;
  /** Blocks that can't be proven, by layer and time. */
  readonly refused: Set<string>;
};

/** Changes the tree. Once that is durable, what was decided is told, and `then` runs. */
export function decide(coordinator: CoordinatorProcess, work: (tree: Tree) => void, then: () => void = () => {}): void {
  const { tree, world, life } = coordinator;
  if (tree === undefined) return;
  work(tree);
  const { changes, frames } = takeDecision(tree);
  if (isTelling(changes, world)) world.later("the coordinator's machine fails", () => crash(coordinator));
  coordinator.disk.write(changes, () => {
    if (life !== coordinator.life) return;
    for (const { peer, frame } of frames) peer.send(frame);
    then();
  });
}

export function crash(coordinator: CoordinatorProcess): void {
  coordinator.life += 1;
  coordinator.disk.crash();
  coordinator.tree = undefined;
  for (const connection of coordinator.connections) connection.cut();
  coordinator.connections = [];
  coordinator.running = new Map();
  coordinator.isSubmitting = false;
}

/**
 * With an old fault put back, the coordinator also crashes at the moments that reveal the fault: in a set-back, or when
 * a block consumes messages.
 */
function isTelling(changes: readonly TableChange[], { faults, random }: World): boolean {
  const isSetBack = changes.filter(({ table }) => table === "layers").length > 1;
  const isConsuming = changes.some(
    ({ table, value }) =>
      table === "blocks" &&
      (value as HandedBlock | undefined)?.block.consumed.some(({ message }) => message.from !== 0n),
  );
  const tells = (faults.halfSetBack === true && isSetBack) || (faults.forgottenLetters === true && isConsuming);
  return tells && random.chance(0.3);
}

/** The key of a block in `refused`. */
export function blockName(layerId: Field, time: number): string {
  return `${layerId}/${time}`;
}
