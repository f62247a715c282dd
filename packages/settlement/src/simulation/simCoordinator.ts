import type { Field } from "@frond/foundation";
import { layerIdOfConfig } from "@frond/protocol";
import type { BlockRecord, TableChange } from "@frond/store";
import { openRecords } from "../coordinator/records.ts";
import type { CoordinatorFrame, LayerFrame } from "../link/frames.ts";
import { advanceEpoch, beginToEnd } from "../machine/advanceEpoch.ts";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { type Exclusion, leaveOut, noteSettled, reopenEpoch } from "../machine/closeEpoch.ts";
import { founding } from "../machine/conduct.ts";
import { deliverTo } from "../machine/deliver.ts";
import {
  blocksOfEpoch,
  type HandedBlock,
  isHere,
  type LayerState,
  newcomer,
  newLayerState,
  type Peer,
} from "../machine/layerState.ts";
import { receiveBlock } from "../machine/receiveBlock.ts";
import { receiveDropped } from "../machine/receiveDropped.ts";
import { receiveHandled, receiveMessage } from "../machine/receiveMessage.ts";
import { receivePosition, redeliver } from "../machine/receivePosition.ts";
import { restate } from "../machine/restate.ts";
import { noteOffence } from "../machine/setBack.ts";
import { defaultShares } from "../machine/shares.ts";
import { takeDecision } from "../machine/takeDecision.ts";
import { takeDeposits } from "../machine/takeDeposits.ts";
import { createTree, isBelieved, put, putBundle, putClosed, putLayer, type Tree } from "../machine/tree.ts";
import { undoBundle } from "../machine/undoBundle.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Deposit, SettledEpoch } from "../types.ts";
import { createDisk } from "./disk.ts";
import { includeSides } from "./includeSides.ts";
import type { SimTransaction } from "./simTypes.ts";
import { type Connection, connect, type World } from "./world.ts";

/** L1 of a simulation: it takes an epoch once, and queues deposits. */
export type SimLayerOne = {
  epoch: number;
  readonly deposits: Deposit[];
  /** The last block of each layer in what it took, by epoch. */
  readonly settled: Map<number, ReadonlyMap<Field, number>>;
};

type Running = {
  readonly record: BundleRecord;
  readonly legs: readonly SimTransaction[];
  readonly waiting: Set<number>;
  patience: number;
  done(isPreconfirmed: boolean): void;
};

type Submission = {
  readonly epoch: number;
  readonly through: ReadonlyMap<Field, number>;
  readonly deposits: number[];
  readonly leftOut: SettledEpoch["leftOut"];
};

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

/** Turns of patience of a bundle's legs, and milliseconds of one turn of an epoch. */
const BUNDLE_TURNS = 12;
const TURN = 100;
/** How likely an epoch ends in one turn, and how often that is halved. */
const DUE = 0.15;
const MOST_DOUBLINGS = 4;

export function knownLayer(name: string, index: number): KnownLayer {
  const config = { parentId: 0n, index: BigInt(index), blockKeysRoot: 0n, sequencerKey: { x: 0n, y: 0n } };
  const layerId = layerIdOfConfig(config as unknown as KnownLayer["config"]);
  return { name, layerId, config, blockKeys: [], sizes: [], circuits: [] } as unknown as KnownLayer;
}

export function createSimCoordinator(
  world: World,
  layerOne: SimLayerOne,
  options: {
    readonly layers: readonly KnownLayer[] /** Of a block, that it can't be proven. */;
    readonly unprovable: () => number;
  },
): SimCoordinator {
  const disk = createDisk(world, "coordinator");
  let tree: Tree | undefined;
  let ledgerEpoch = 0;
  let life = 0;
  let connections: Connection<LayerFrame, CoordinatorFrame>[] = [];
  let running = new Map<number, Running>();
  let lastId = 0;
  /** What of the closed epoch is on its way: nothing, or a submission. */
  let submitting = false;
  const refused = new Set<string>();

  function decide(work: (tree: Tree) => void, then: () => void = () => {}): void {
    if (tree === undefined) return;
    work(tree);
    const { changes, frames } = takeDecision(tree);
    const own = life;
    if (isTelling(changes, world)) world.later("the coordinator's machine fails", () => sim.crash());
    disk.write(changes, () => {
      if (own !== life) return;
      for (const { peer, frame } of frames) peer.send(frame);
      then();
    });
  }

  function receive(layer: LayerState, frame: LayerFrame): void {
    if (frame.type === "position") decide((now) => void receivePosition(now, layer, frame));
    else if (frame.type === "message") decide((now) => void receiveMessage(now, layer, frame));
    else if (frame.type === "handled") decide((now) => receiveHandled(now, layer, frame));
    else if (frame.type === "block") {
      const { session, block } = frame;
      if ([...layer.blocks.values()].some((handed) => handed.block.slot === block.slot)) return;
      decide((now) => {
        const verdict = receiveBlock(now, layer, { session, handed: { block }, problemOf: () => undefined });
        // All layers here are honest.
        if (verdict.kind === "refused")
          world.violations.add(`a block of ${layer.known.name} was refused: ${verdict.reason}`);
      });
    } else if (frame.type === "dropped") decide((now) => receiveDropped(now, layer, frame));
    else if (frame.type === "answer") receiveAnswer(frame);
  }

  /** By itself a layer of which nothing settles ends epochs ever less often. */
  function isDue(now: Tree): boolean {
    const patience = [...now.layers.values()]
      .filter((layer) => blocksOfEpoch(layer, now.epoch.number).length > 0)
      .map(({ leftOut }) => Math.min(leftOut, MOST_DOUBLINGS));
    return patience.length > 0 && world.random.chance(DUE * 2 ** -Math.min(...patience));
  }

  function reopen(now: Tree): void {
    const names = new Set(now.closed!.leftOut.map(({ layer }) => layer));
    for (const layer of now.layers.values()) if (names.has(layer.known.name)) layer.leftOut += 1;
    reopenEpoch(now);
  }

  /** Proofs of blocks come some time after the blocks. */
  function prove(now: Tree): void {
    for (const layer of now.layers.values())
      for (const { block } of layer.blocks.values()) {
        const name = `${layer.layerId}/${block.slot}`;
        if (layer.proven.has(block.number) || refused.has(name) || !world.random.chance(0.3)) continue;
        if (world.random.chance(options.unprovable())) refused.add(name);
        else layer.proven.add(block.number);
      }
  }

  function receiveAnswer({ id, failure }: Extract<LayerFrame, { type: "answer" }>): void {
    const bundle = running.get(Math.floor(id / 16));
    if (bundle === undefined || !bundle.waiting.has(id % 16)) return;
    if (failure !== undefined) {
      failBundle(Math.floor(id / 16), id % 16, failure.message);
      return;
    }
    bundle.waiting.delete(id % 16);
    if (bundle.waiting.size > 0) return;
    running.delete(Math.floor(id / 16));
    decide(
      (now) => {
        now.bundlesRunning -= 1;
        putBundle(now, { ...bundle.record, status: "preconfirmed" });
      },
      () => bundle.done(true),
    );
  }

  function failBundle(number: number, leg: number, reason: string): void {
    const bundle = running.get(number)!;
    running.delete(number);
    world.note(`coordinator undoes bundle ${bundle.record.id}: ${reason}`);
    decide((now) => {
      now.bundlesRunning -= 1;
      if (reason === "silent") noteOffence(now, now.layers.get(bundle.record.layers[leg]!)!);
      undoBundle(now, bundle.record, { leg, reason });
    });
    bundle.done(false);
  }

  /** Chooses what settles of the closed epoch, and submits it. */
  function settle(now: Tree): void {
    if (now.closed === undefined || submitting) return;
    const { number } = now.closed;
    const blocks = new Map<Field, readonly BlockRecord[]>();
    for (const [layerId, layer] of now.layers) {
      const own = blocksOfEpoch(layer, number);
      if (own.length > 0) blocks.set(layerId, own);
    }
    const isRefused = (layerId: Field, { slot }: BlockRecord) => refused.has(`${layerId}/${slot}`);
    const { included, excluded } = includeSides(blocks, {
      bundles: [...now.bundles.values()],
      isRefused,
      deposit: (id) => layerOne.deposits[id],
    });
    if (excluded.size > 0) {
      noteExclusions(number, excluded);
      decide((tree) => leaveOut(tree, excluded));
    } else if (included.size === 0) decide(reopen);
    else submit(number, included);
  }

  function submit(epoch: number, included: ReadonlyMap<Field, readonly BlockRecord[]>): void {
    const through = new Map([...included].map(([id, own]) => [id, own.at(-1)!.number]));
    const deposits = [...included.values()]
      .flat()
      .flatMap(({ consumed }) => consumed.filter(({ message }) => message.from === 0n).map(({ position }) => position));
    const submission: Submission = { epoch, through, deposits, leftOut: tree!.closed!.leftOut };
    submitting = true;
    decide(
      (now) => {
        put(now, "coordinator", "submission", submission);
        putClosed(now, { ...now.closed!, stage: "submitting" });
      },
      () => {
        const own = life;
        if (layerOne.epoch === epoch) {
          layerOne.epoch += 1;
          layerOne.settled.set(epoch, through);
          world.note(`L1 takes epoch ${epoch}`);
        }
        world.later("answer of L1", () => own === life && finish(submission));
      },
    );
  }

  function finish(submission: Submission): void {
    submitting = false;
    ledgerEpoch = submission.epoch;
    decide((now) => {
      noteSettled(now, {
        ...submission,
        summary: { epoch: submission.epoch, leftOut: submission.leftOut } as unknown as SettledEpoch,
      });
      put(now, "coordinator", "ledger", { epoch: submission.epoch });
    });
  }

  function noteExclusions(epoch: number, excluded: ReadonlyMap<Field, Exclusion>): void {
    for (const [id, { block, rule }] of excluded)
      world.note(`epoch ${epoch} leaves out ${tree!.layers.get(id)!.known.name} from block ${block} on: ${rule}`);
  }

  const sim: SimCoordinator = {
    get isAlive() {
      return tree !== undefined;
    },
    get tree() {
      return tree;
    },
    accept(layerId, end) {
      const layer = tree?.layers.get(layerId);
      if (layer === undefined || layer.peer !== undefined) return undefined;
      const connection: Connection<LayerFrame, CoordinatorFrame> = connect(world, layer.known.name, {
        up: (frame) => layer.peer === peer && receive(layer, frame),
        down: (frame) => end.receive(frame),
        cut() {
          end.disconnected();
          if (layer.peer !== peer) return;
          layer.peer = undefined;
          layer.at = undefined;
          if (tree === undefined) return;
          redeliver(tree, layer);
          tree.isNetworkDirty = true;
        },
      });
      const peer: Peer = { send: (frame) => connection.down(frame), close: () => connection.cut(), probe() {} };
      layer.peer = peer;
      layer.at = undefined;
      layer.told = "";
      layer.tellings = 0;
      layer.deposits.clear();
      redeliver(tree!, layer);
      connections.push(connection);
      return connection;
    },
    sendBundle(id, legs, done) {
      if (tree === undefined || tree.epoch.stage !== "open") return done(false);
      const layers = legs.map(({ layerId }) => tree!.layers.get(layerId)!);
      if (!layers.every((layer) => isHere(layer) && isBelieved(tree!, layer))) return done(false);
      const hashes = legs.map(({ hash }) => hash);
      const record: BundleRecord = {
        id,
        layers: layers.map(({ layerId }) => layerId),
        hashes,
        sessions: layers.map(({ session }) => session),
        epoch: tree.epoch.number,
        status: "committing",
        leftOut: 0,
      };
      lastId += 1;
      const number = lastId;
      running.set(number, { record, legs, waiting: new Set(legs.keys()), patience: BUNDLE_TURNS, done });
      decide(
        (now) => {
          now.bundlesRunning += 1;
          putBundle(now, record);
        },
        () => {
          for (const [leg, transaction] of legs.entries())
            layers[leg]!.peer?.send({
              type: "commit",
              id: number * 16 + leg,
              session: record.sessions[leg],
              hash: transaction.hash,
              transaction,
            } as never);
        },
      );
    },
    tick() {
      if (tree === undefined) return;
      for (const [number, bundle] of [...running])
        if (--bundle.patience < 0) failBundle(number, [...bundle.waiting][0] ?? 0, "silent");
      noteHalfSetBacks(tree, world);
      const isUsed = (id: number) => disk.table("deposits").get(String(id)) === true;
      const fresh = layerOne.deposits.filter(({ id }) => !isUsed(id));
      decide((now) => {
        takeDeposits(now, fresh);
        prove(now);
        for (const layer of now.layers.values()) deliverTo(now, layer);
        if (world.random.chance(0.1)) restate(now);
        if (isDue(now)) beginToEnd(now);
        advanceEpoch(now, TURN);
      });
      settle(tree);
    },
    crash() {
      life += 1;
      disk.crash();
      tree = undefined;
      for (const connection of connections) connection.cut();
      connections = [];
      running = new Map();
      submitting = false;
    },
    start() {
      const records = openRecords(disk);
      ledgerEpoch = disk.table<{ epoch: number }>("coordinator").get("ledger")?.epoch ?? 0;
      const age = () => world.milliseconds;
      const options_ = { shares: defaultShares, layerTimeout: 2_000, roundMilliseconds: 10_000, age };
      tree = createTree(options_, { stage: "open", number: ledgerEpoch + 1 });
      records.restore(tree);
      noteHalfSetBacks(tree, world);
      noteHalfSetBacks(tree, world);
      decide((now) => {
        for (const known of options.layers) {
          if (now.layers.has(known.layerId)) continue;
          const layer = newLayerState(newcomer(known, { conduct: founding, place: now.layers.size, registeredAt: 0 }));
          now.layers.set(known.layerId, layer);
          putLayer(now, layer);
        }
        for (const bundle of now.bundles.values())
          if (bundle.status === "committing")
            undoBundle(now, bundle, { leg: 0, reason: "the coordinator was interrupted" });
      });
      const submission = disk.table<Submission>("coordinator").get("submission");
      if (layerOne.epoch - 1 > ledgerEpoch && submission !== undefined) finish(submission);
    },
  };
  return sim;
}

/** With an old fault put back, the coordinator also dies where the fault tells: in a set-back, or with messages consumed. */
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

/** What a layer has consumed in the running epoch, another one has sent: both are set back, or neither. */
function noteHalfSetBacks({ layers, letters, epoch }: Tree, world: World): void {
  for (const { known, blocks } of layers.values())
    for (const { block } of blocks.values())
      for (const { message, position } of block.epoch === epoch.number ? block.consumed : [])
        if (message.from !== 0n && letters.find(message.from, position) === undefined)
          world.violations.add(`${known.name} has consumed a message that is not there: a set-back was half done`);
}
