import type { Field } from "@frond/foundation";
import { LAST_TIME, linkMessage, type Message, MessageKind } from "@frond/protocol";
import { BUNDLE_SOURCE, type IncomingMessage, layerSource, memoryTables } from "@frond/store";
import { openRecords } from "../coordinator/records.ts";
import type { CoordinatorFrame } from "../link/frames.ts";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { type Conduct, founding } from "../machine/conduct.ts";
import { afterOf } from "../machine/epoch.ts";
import { type LayerState, newcomer, newLayerState, type Position } from "../machine/layerState.ts";
import { type BlockVerdict, receiveBlock } from "../machine/receiveBlock.ts";
import { receiveHandled, receiveMessage } from "../machine/receiveMessage.ts";
import { receivePosition } from "../machine/receivePosition.ts";
import { defaultShares, type ShareOptions } from "../machine/shares.ts";
import { type Decision, takeDecision } from "../machine/takeDecision.ts";
import { chooseUntil } from "../machine/times.ts";
import { createTree, enterStage, putBundle, putLayer, type Tree } from "../machine/tree.ts";
import { wantedOf } from "../machine/wanted.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Deposit } from "../types.ts";
import { sizes } from "./bank.ts";
import { SOME_DATA } from "./someData.ts";

/** Milliseconds that an epoch waits for a layer in these trees. */
export const LAYER_TIMEOUT = 1_000;
/** Milliseconds of a round in these trees. */
export const ROUND = 10_000;
/** Messages of one block have so many positions. */
const POSITIONS_PER_BLOCK = 64;

type Handed = {
  readonly number?: number;
  readonly time?: number;
  readonly epoch?: number;
  readonly session?: number;
  readonly produced?: readonly Message[];
  readonly consumed?: readonly IncomingMessage[];
  /** What the layer says that it executed. */
  readonly transactions?: readonly Field[];
  /** Bundles of which the block has the layer's legs. */
  readonly legs?: readonly BundleRecord[];
  readonly problem?: string;
};

type Sent = {
  readonly time?: number;
  readonly index?: number;
  readonly epoch?: number;
  readonly previous?: number;
  readonly session?: number;
};

/** A tree of the machine, and layers that say what a test lets them say. Nothing is signed, proven or executed. */
export type MachineTree = {
  readonly tree: Tree;
  /** The network's time, in milliseconds since 1970. */
  now: number;
  /** Milliseconds that have passed, since whenever. */
  passed: number;
  layer(name: string): LayerState;
  add(name: string, conduct?: Conduct): LayerState;
  /** Connects a layer that is where the coordinator has it; `at` says where else. */
  connect(name: string, at?: Partial<Position>): LayerState;
  disconnect(name: string): void;
  /** The layer says where it is: what is not named is as the coordinator has it. */
  say(name: string, at?: Partial<Position>): string | undefined;
  /** The message that `send` sends. */
  messageOf(from: string, to: string, time: number): Message;
  /** A layer sends a message, and gives what was said to it. */
  send(from: string, to: string, sent?: Sent): string | undefined;
  handled(
    name: string,
    from: string,
    position: number,
    said?: { readonly error?: string; readonly session?: number },
  ): void;
  hand(name: string, block?: Handed): BlockVerdict;
  /** What a block says of a letter that it consumes. */
  consumedOf(from: string, to: string, time: number, index?: number): IncomingMessage;
  enter(stage: Tree["epoch"]["stage"]): void;
  /** A bundle with one leg on each layer; the leg's hash is the layer's id above the bundle's. */
  bundle(id: Field, names: readonly string[], status?: BundleRecord["status"]): BundleRecord;
  deposit(id: number, name: string, depositor: Field, expiry?: number): Deposit;
  /** Makes what was decided durable, and gives the frames by layer. */
  flush(): Map<string, CoordinatorFrame[]>;
  wanted(name: string): ReturnType<typeof wantedOf>;
  /** The tree as another process finds it after a crash: what was not flushed is lost. */
  restart(): MachineTree;
};

export function machineTree(
  names: readonly string[] = [],
  options: { readonly shares?: Partial<ShareOptions>; readonly tables?: ReturnType<typeof memoryTables> } = {},
): MachineTree {
  const tables = options.tables ?? memoryTables();
  const tree = createTree(
    {
      shares: { ...defaultShares, ...options.shares },
      layerTimeoutMilliseconds: LAYER_TIMEOUT,
      roundMilliseconds: ROUND,
      time: () => built.now,
      passed: () => built.passed,
    },
    { stage: "open", number: 1, after: 0 },
  );
  openRecords(tables).restore(tree);
  const layer = (name: string): LayerState => {
    const found = [...tree.layers.values()].find(({ known }) => known.name === name);
    if (found === undefined) throw new Error(`The tree has no layer ${name}. Add it first.`);
    return found;
  };
  const built: MachineTree = {
    tree,
    now: 1_000_000,
    passed: 0,
    layer,
    add: (name, conduct) => add(tree, name, conduct),
    connect(name, at) {
      const state = layer(name);
      state.peer = { send() {}, close() {}, probe() {} };
      state.at = undefined;
      Object.assign(state, { told: "", toldNetwork: "" });
      built.say(name, at);
      return state;
    },
    disconnect(name) {
      layer(name).peer = undefined;
      layer(name).at = undefined;
    },
    say: (name, at) => receivePosition(tree, layer(name), positionOf(tree, layer(name), at)),
    messageOf: (from, to, time) => messageOf(layer(from).layerId, layer(to).layerId, time),
    send(from, to, { index = 0, epoch = tree.epoch.number, previous, session, ...sent } = {}) {
      const sender = layer(from);
      const time = sent.time ?? nextTime(tree, sender, epoch);
      const position = time * POSITIONS_PER_BLOCK + index;
      return receiveMessage(tree, sender, {
        type: "message",
        session: session ?? sender.session,
        previous: previous ?? tree.letters.lastPosition(sender.layerId, epoch),
        outgoing: { message: built.messageOf(from, to, time), position, block: 1, time, epoch },
      });
    },
    handled(name, from, position, said) {
      const { session } = layer(name);
      const source = layerSource(layer(from).layerId);
      receiveHandled(tree, layer(name), { type: "handled", session, source, position, ...said });
    },
    hand: (name, block) => hand(tree, layer(name), block),
    consumedOf: (from, to, time, index = 0) => ({
      message: built.messageOf(from, to, time),
      source: layerSource(layer(from).layerId),
      position: time * POSITIONS_PER_BLOCK + index,
    }),
    enter: (stage) => enterStage(tree, { ...tree.epoch, stage, until: chooseUntil(tree) }, tree.closed),
    bundle: (id, layers, status = "preconfirmed") => bundle(tree, { id, layers: layers.map(layer), status }),
    deposit(id, name, depositor, expiry = LAST_TIME) {
      const item = { id, layer: layer(name).layerId, asset: 1, amount: 1n, recipient: 7n, payload: depositor };
      const deposit = { ...item, depositor, expiry };
      tree.deposits.set(id, deposit);
      return deposit;
    },
    flush() {
      const { changes, frames } = decide(tree);
      void tables.write(changes);
      return framesByLayer(tree, frames);
    },
    wanted: (name) => wantedOf(tree, layer(name)),
    restart() {
      const again = machineTree([], { ...options, tables });
      again.now = built.now;
      again.passed = built.passed;
      return again;
    },
  };
  for (const name of names) {
    built.add(name);
    built.connect(name);
  }
  return built;
}

function add(tree: Tree, name: string, conduct = founding): LayerState {
  const layerId = BigInt(100 + tree.layers.size);
  const stored = newcomer(knownLayer(name, layerId), { conduct, place: tree.layers.size, registeredAt: 0 });
  const state = newLayerState(stored);
  tree.layers.set(layerId, state);
  putLayer(tree, state);
  return state;
}

function bundle(
  tree: Tree,
  of: { readonly id: Field; readonly layers: readonly LayerState[]; readonly status: BundleRecord["status"] },
): BundleRecord {
  const { id, status } = of;
  const layers = of.layers.map(({ layerId }) => layerId);
  const sessions = of.layers.map(({ session }) => session);
  const hashes = layers.map((layerId) => id * 1_000n + layerId);
  const record = { id, layers, sessions, hashes, signer: SIGNER, epoch: tree.epoch.number, status, leftOut: 0 };
  putBundle(tree, record);
  return record;
}

/** Takes what was decided as if some time had passed since the last decision: nothing waits to be told. */
function decide(tree: Tree): Decision {
  tree.networkToldAt = Number.NEGATIVE_INFINITY;
  return takeDecision(tree);
}

function framesByLayer(tree: Tree, frames: Decision["frames"]): Map<string, CoordinatorFrame[]> {
  const said = new Map<string, CoordinatorFrame[]>();
  for (const { peer, frame } of frames) {
    const receiver = [...tree.layers.values()].find((state) => state.peer === peer);
    const name = receiver?.known.name ?? "nobody";
    said.set(name, [...(said.get(name) ?? []), frame]);
  }
  return said;
}

/** Where the coordinator has a layer. */
function positionOf(tree: Tree, layer: LayerState, at: Partial<Position> = {}): Position {
  const { session, accepted: block } = layer;
  const number = (layer.at?.number ?? 0) + 1;
  const epoch = at.epoch ?? layer.at?.epoch ?? tree.epoch.number;
  const sealed = block;
  const message = tree.letters.lastPosition(layer.layerId, epoch);
  const returning = { count: 0 };
  return {
    type: "position",
    ...{
      number,
      session,
      epoch,
      block,
      sealed,
      message,
      time: layer.time,
      isHeld: false,
      returning,
      settled: 0,
      ...at,
    },
  };
}

/** The time of a layer's next block in an epoch, at least. */
function nextTime({ epoch: running }: Tree, { time }: LayerState, epoch: number): number {
  return Math.max(time, afterOf(running, epoch)) + 1;
}

function hand(tree: Tree, layer: LayerState, given: Handed = {}): BlockVerdict {
  const { problem, session = layer.session, legs = [], consumed = [], produced = [], ...block } = given;
  const links = legs.map((of) => linksOfLeg(of, layer.layerId));
  const record = {
    number: layer.accepted + 1,
    time: nextTime(tree, layer, block.epoch ?? tree.epoch.number),
    epoch: tree.epoch.number,
    size: "small",
    status: "sealed",
    consumed: [...consumed, ...links.flatMap((of) => of.consumed)],
    produced: [...produced, ...links.flatMap((of) => of.produced)],
    transactions: legs.map(({ hashes, layers }) => hashes[layers.indexOf(layer.layerId)]),
    sealedAt: 0,
    ...SOME_DATA,
    ...block,
  };
  // What the machine never looks at is not there.
  const handed = { block: record as never };
  return receiveBlock(tree, layer, { session, handed, problemOf: () => problem });
}

/** Who signs the bundles of these trees. */
const SIGNER = 9n;

/** The links of a layer's leg. */
export function linksOfLeg(
  { id, layers }: BundleRecord,
  layerId: Field,
): { readonly consumed: IncomingMessage[]; readonly produced: Message[] } {
  const leg = layers.indexOf(layerId);
  const [previous, next] = [layers[leg - 1], layers[leg + 1]];
  const link = (from: Field, to: Field, index: number) => linkMessage(from, to, { id, index, signer: SIGNER });
  return {
    consumed:
      previous === undefined ? [] : [{ message: link(previous, layerId, leg - 1), source: BUNDLE_SOURCE, position: 0 }],
    produced: next === undefined ? [] : [link(layerId, next, leg)],
  };
}

function messageOf(from: Field, to: Field, time: number): Message {
  return { from, to, time, kind: MessageKind.call, asset: 0, amount: 0n, recipient: 0n, payload: 0n };
}

function knownLayer(name: string, layerId: Field): KnownLayer {
  const config = { parentId: 0n, index: layerId, blockKeysRoot: 0n, sequencerKey: { x: 0n, y: 0n } };
  const known = { name, layerId, config, blockKeys: [], application: "none", sizes, circuits: [] };
  return known as unknown as KnownLayer;
}
