import type { Field } from "@frond/foundation";
import type { EpochWindow } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import { TOLERANCE_MILLISECONDS } from "../../coordinator/networkClock.ts";
import { type Exclusion, leaveOut, noteSettled, reopenEpoch } from "../../machine/closeEpoch.ts";
import { windowOf } from "../../machine/epoch.ts";
import { blocksOfEpoch } from "../../machine/layerState.ts";
import { put, putClosed, type Tree } from "../../machine/tree.ts";
import { noteUnprovable } from "../../machine/unprovable.ts";
import type { SettledEpoch } from "../../types.ts";
import { includeSides } from "../includeSides.ts";
import type { SimLayerOne } from "../simTypes.ts";
import type { World } from "../world.ts";
import { blockName, type CoordinatorProcess, decide } from "./coordinatorProcess.ts";

export type SimSubmission = {
  readonly epoch: number;
  readonly through: ReadonlyMap<Field, number>;
  readonly deposits: number[];
  readonly leftOut: SettledEpoch["leftOut"];
};

/** Proofs of blocks come some time after the blocks. */
export function prove({ world, refused, options }: CoordinatorProcess, tree: Tree): void {
  for (const layer of tree.layers.values())
    for (const { block } of [...layer.blocks.values()]) {
      const name = blockName(layer.layerId, block.time);
      if (layer.proven.has(block.number) || refused.has(name) || !world.random.chance(0.3)) continue;
      if (world.random.chance(options.unprovable())) {
        refused.add(name);
        noteUnprovable(tree, layer, block.number);
      } else layer.proven.add(block.number);
    }
}

/** Chooses what settles of the closed epoch, and submits it. */
export function settle(coordinator: CoordinatorProcess, tree: Tree): void {
  if (tree.closed === undefined || coordinator.isSubmitting) return;
  const { number } = tree.closed;
  const blocks = new Map<Field, readonly BlockRecord[]>();
  for (const [layerId, layer] of tree.layers) {
    const own = blocksOfEpoch(layer, number);
    if (own.length > 0) blocks.set(layerId, own);
  }
  const { included, excluded } = includeSides(blocks, {
    isRefused: (layerId, { time }) => coordinator.refused.has(blockName(layerId, time)),
    deposit: (id) => coordinator.layerOne.deposits[id],
  });
  if (excluded.size > 0) {
    noteExclusions(coordinator, number, excluded);
    decide(coordinator, (now) => leaveOut(now, excluded));
  } else if (included.size === 0) decide(coordinator, reopen);
  // Its end is ahead of L1's clock: a moment later it is not.
  else if (tree.closed.until <= layerOneTime(coordinator.world) + TOLERANCE_MILLISECONDS)
    submit(coordinator, windowOf(tree.closed), included);
}

function reopen(tree: Tree): void {
  const names = new Set(tree.closed!.leftOut.map(({ layer }) => layer));
  for (const layer of tree.layers.values()) if (names.has(layer.known.name)) layer.leftOut += 1;
  reopenEpoch(tree);
}

function submit(
  coordinator: CoordinatorProcess,
  window: EpochWindow,
  included: ReadonlyMap<Field, readonly BlockRecord[]>,
): void {
  const { layerOne, world } = coordinator;
  const { epoch } = window;
  const through = new Map([...included].map(([id, own]) => [id, own.at(-1)!.number]));
  const deposits = [...included.values()]
    .flat()
    .flatMap(({ consumed }) => consumed.filter(({ message }) => message.from === 0n).map(({ position }) => position));
  const submission: SimSubmission = { epoch, through, deposits, leftOut: coordinator.tree!.closed!.leftOut };
  coordinator.isSubmitting = true;
  decide(
    coordinator,
    (now) => {
      put(now, "coordinator", "submission", submission);
      putClosed(now, { ...now.closed!, stage: "submitting" });
    },
    () => {
      const { life } = coordinator;
      if (layerOne.epoch === epoch) {
        for (const problem of problemsOnLayerOne(layerOne, window, included)) world.violations.add(problem);
        layerOne.epoch += 1;
        layerOne.settledUntil = window.until;
        layerOne.settled.set(epoch, through);
        world.note(`L1 takes epoch ${epoch}`);
      }
      world.later("answer of L1", () => life === coordinator.life && finish(coordinator, submission));
    },
  );
}

/** The time of L1's next block. */
export function layerOneTime({ milliseconds, wrong }: World): number {
  return milliseconds + wrong.layerOne;
}

/** What the contract and the aggregates would refuse of an epoch's times. */
function problemsOnLayerOne(
  { settledUntil }: SimLayerOne,
  { epoch, after, until }: EpochWindow,
  included: ReadonlyMap<Field, readonly BlockRecord[]>,
): string[] {
  const problems: string[] = [];
  if (after !== settledUntil || until <= after) problems.push(`the window of epoch ${epoch} is not L1's next one`);
  for (const [layerId, blocks] of included) {
    let last = after;
    for (const { number, time, consumed } of blocks) {
      const newest = Math.max(0, ...consumed.map(({ message }) => message.time));
      if (time <= last || time > until || time <= newest)
        problems.push(`block ${number} of layer ${layerId} in epoch ${epoch} has a wrong time`);
      last = time;
    }
  }
  return problems;
}

/** L1 has accepted an epoch. */
export function finish(coordinator: CoordinatorProcess, submission: SimSubmission): void {
  const { epoch, leftOut } = submission;
  coordinator.isSubmitting = false;
  coordinator.ledgerEpoch = epoch;
  decide(coordinator, (now) => {
    noteSettled(now, { ...submission, summary: { epoch, leftOut } as unknown as SettledEpoch });
    put(now, "coordinator", "ledger", { epoch });
  });
}

function noteExclusions(
  { tree, world }: CoordinatorProcess,
  epoch: number,
  excluded: ReadonlyMap<Field, Exclusion>,
): void {
  for (const [id, { block, rule }] of excluded)
    world.note(`epoch ${epoch} leaves out ${tree!.layers.get(id)!.known.name} from block ${block} on: ${rule}`);
}
