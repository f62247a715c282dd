import type { Field } from "@frond/foundation";
import { isLink } from "@frond/protocol";
import { createNetworkClock, type NetworkClock } from "../../coordinator/networkClock.ts";
import { openRecords } from "../../coordinator/records.ts";
import type { CoordinatorFrame, LayerFrame } from "../../link/frames.ts";
import { advanceEpoch, beginToEnd, mayEndAgain } from "../../machine/advanceEpoch.ts";
import { founding } from "../../machine/conduct.ts";
import { deliverTo } from "../../machine/deliver.ts";
import { newcomer, newLayerState } from "../../machine/layerState.ts";
import { restate } from "../../machine/restate.ts";
import { defaultShares } from "../../machine/shares.ts";
import { takeDeposits } from "../../machine/takeDeposits.ts";
import { createTree, putLayer, type Tree } from "../../machine/tree.ts";
import { undoBundle } from "../../machine/undoBundle.ts";
import { blocksToSettle } from "../../machine/unprovable.ts";
import type { KnownLayer } from "../../tree/knownLayer.ts";
import { createDisk } from "../disk.ts";
import type { SimLayerOne, SimTransaction } from "../simTypes.ts";
import type { Connection, World } from "../world.ts";
import { accept } from "./accept.ts";
import { loseBundles, sendBundle } from "./bundles.ts";
import { type CoordinatorProcess, crash, decide, type SimCoordinatorOptions } from "./coordinatorProcess.ts";
import { finish, layerOneTime, prove, type SimSubmission, settle } from "./settle.ts";

/** The coordinator's process: the machine as it is, on a simulated disk, with proofs that are there at once. */
export type SimCoordinator = {
  readonly isAlive: boolean;
  readonly tree: Tree | undefined;
  /** A layer connects; undefined while the coordinator is dead, or another connection of the layer is open. */
  accept(
    layerId: Field,
    layer: { receive(frame: CoordinatorFrame): void; disconnected(): void },
  ): Connection<LayerFrame, CoordinatorFrame> | undefined;
  sendBundle(id: Field, legs: readonly SimTransaction[], done: (isPreconfirmed: boolean) => void): void;
  tick(): void;
  crash(): void;
  start(): void;
};

/** Milliseconds of one turn of an epoch. */
const TURN_MILLISECONDS = 100;
/** How likely an epoch ends in one turn, and how often that is halved. */
const DUE = 0.15;
const MOST_DOUBLINGS = 4;

export function createSimCoordinator(
  world: World,
  layerOne: SimLayerOne,
  options: SimCoordinatorOptions,
): SimCoordinator {
  const coordinator: CoordinatorProcess = {
    world,
    layerOne,
    options,
    disk: createDisk(world, "coordinator"),
    tree: undefined,
    clock: clockOf(world),
    ledgerEpoch: 0,
    life: 0,
    connections: [],
    running: new Map(),
    lastId: 0,
    isSubmitting: false,
    refused: new Set(),
  };
  return {
    get isAlive() {
      return coordinator.tree !== undefined;
    },
    get tree() {
      return coordinator.tree;
    },
    accept: (layerId, end) => accept(coordinator, layerId, end),
    sendBundle: (id, legs, done) => sendBundle(coordinator, id, { legs, done }),
    tick: () => tick(coordinator),
    crash: () => crash(coordinator),
    start: () => start(coordinator),
  };
}

function tick(coordinator: CoordinatorProcess): void {
  const { tree, world } = coordinator;
  if (tree === undefined) return;
  if (world.random.chance(0.3)) coordinator.clock.noteLayerOne(layerOneTime(world));
  loseBundles(coordinator);
  noteHalfSetBacks(tree, world);
  const isUsed = (id: number) => coordinator.disk.table("deposits").get(String(id)) === true;
  const fresh = coordinator.layerOne.deposits.filter(({ id }) => !isUsed(id));
  decide(coordinator, (now) => {
    takeDeposits(now, fresh);
    prove(coordinator, now);
    for (const layer of now.layers.values()) deliverTo(now, layer);
    if (world.random.chance(0.1)) restate(now);
    if (mayEndAgain(now) && isDue(now, world)) beginToEnd(now);
    advanceEpoch(now, TURN_MILLISECONDS);
  });
  settle(coordinator, tree);
}

/** What the coordinator's process knows of the time: nothing of its clock is durable. */
function clockOf(world: World): NetworkClock {
  return createNetworkClock({
    now: () => world.milliseconds + world.wrong.coordinator,
    passed: () => world.milliseconds,
  });
}

/** By itself a layer of which nothing settles ends epochs ever less often. */
function isDue(tree: Tree, { random }: World): boolean {
  const patience = [...tree.layers.values()]
    .filter((layer) => blocksToSettle(tree, layer).length > 0)
    .map(({ leftOut }) => Math.min(leftOut, MOST_DOUBLINGS));
  return patience.length > 0 && random.chance(DUE * 2 ** -Math.min(...patience));
}

/** Reads what is on the disk, and goes on with it. */
function start(coordinator: CoordinatorProcess): void {
  const { disk, world, layerOne, options } = coordinator;
  coordinator.clock = clockOf(world);
  coordinator.clock.noteLayerOne(layerOneTime(world));
  const rows = disk.table<unknown>("coordinator");
  coordinator.ledgerEpoch = (rows.get("ledger") as { epoch: number } | undefined)?.epoch ?? 0;
  const tree = createTree(
    {
      shares: defaultShares,
      layerTimeoutMilliseconds: 2_000,
      roundMilliseconds: 10_000,
      time: coordinator.clock.time,
      passed: coordinator.clock.passed,
    },
    { stage: "open", number: coordinator.ledgerEpoch + 1, after: 0 },
  );
  coordinator.tree = tree;
  openRecords(disk).restore(tree);
  noteHalfSetBacks(tree, world);
  decide(coordinator, (now) => {
    addFounders(now, options.layers);
    for (const bundle of now.bundles.values())
      if (bundle.status === "committing")
        undoBundle(now, bundle, { leg: 0, reason: "the coordinator was interrupted" });
  });
  const submission = rows.get("submission") as SimSubmission | undefined;
  if (layerOne.epoch - 1 > coordinator.ledgerEpoch && submission !== undefined) finish(coordinator, submission);
}

function addFounders(tree: Tree, founders: readonly KnownLayer[]): void {
  for (const known of founders) {
    if (tree.layers.has(known.layerId)) continue;
    const layer = newLayerState(newcomer(known, { conduct: founding, place: tree.layers.size, registeredAt: 0 }));
    tree.layers.set(known.layerId, layer);
    putLayer(tree, layer);
  }
}

/** What a layer has consumed in the running epoch, another one has sent: both are set back, or neither. */
function noteHalfSetBacks({ layers, letters, epoch }: Tree, world: World): void {
  for (const { known, blocks } of layers.values())
    for (const { block } of blocks.values())
      for (const { message, position } of block.epoch === epoch.number ? block.consumed : [])
        if (message.from !== 0n && !isLink(message.kind) && letters.find(message.from, position) === undefined)
          world.violations.add(`${known.name} has consumed a message that is not there: a set-back was half done`);
}
