import { type Field, fieldToHex } from "@frond/foundation";
import type { TableChange } from "@frond/store";
import type { CoordinatorFrame } from "../link/frames.ts";
import type { DepositItem } from "../types.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { type Bundles, createBundles } from "./bundles.ts";
import { isBelieved as isConductBelieved, isQuarantined as isConductQuarantined } from "./conduct.ts";
import { createDeposits, type Deposits } from "./deposits.ts";
import type { ClosedEpoch, RunningEpoch } from "./epoch.ts";
import { type HandedBlock, type LayerState, type Peer, storedOf } from "./layerState.ts";
import type { Letter } from "./letter.ts";
import { createLetters, type Letters } from "./letters.ts";
import type { ShareOptions } from "./shares.ts";

export type MachineOptions = {
  readonly shares: ShareOptions;
  /**
   * Milliseconds that an honest layer has to answer when an epoch ends. The time is counted in turns of this process,
   * so a stalled machine uses up no time.
   */
  readonly layerTimeoutMilliseconds: number;
  /** Milliseconds after which an epoch that is open counts as a round, and again after as many. */
  readonly roundMilliseconds: number;
  /** The network's time, in milliseconds since 1970 (`coordinator/networkClock.ts`). */
  readonly time: () => number;
  /** Milliseconds that have passed, since whenever: how long something takes, whatever becomes of the time. */
  readonly passed: () => number;
};

/**
 * The coordinator's knowledge, on which all its decisions depend. The functions of this folder change the tree only
 * through the functions below, which record the rows to write and the frames to send. No function here waits, reads a
 * clock, or does I/O: the caller takes `changes` and `frames`, writes all changes in one step, and then sends the
 * frames.
 */
export type Tree = {
  readonly options: MachineOptions;
  epoch: RunningEpoch;
  /**
   * Counts epochs, and long times in which none ended: what layers wait for "so many rounds" ends on an idle network,
   * too. Durable, and never less than before.
   */
  round: number;
  /** The epoch before, until it has settled. */
  closed: ClosedEpoch | undefined;
  readonly layers: Map<Field, LayerState>;
  readonly letters: Letters;
  readonly bundles: Bundles;
  /** Deposits that no settled epoch has used and the next one still can, by id. */
  readonly deposits: Deposits;
  /** Deposits that no epoch can use any more, since this process started: known before that is durable. */
  readonly usedDeposits: Set<number>;
  /** Deposits that were taken and that a reorganisation of L1 has undone, by the number that they had then. */
  readonly lost: Map<number, LostDeposit>;
  /** Blocks of L1 in which deposits for a layer may be that were made before it was registered. */
  readonly missed: Map<Field, BlockRange>;
  /** Bundles between prepare and commit: an epoch waits for them. */
  bundlesRunning: number;
  /** Milliseconds of patience that the present stage has used up; of an open epoch, of its round. */
  waited: number;
  /** The fewest letters in flight in the present stage, and the milliseconds of patience until there were so few. */
  progress: { readonly letters: number; readonly waited: number };
  /** Before which no further epoch begins to end, by `MachineOptions.passed`. Not durable. */
  nextEndAt: number;
  /**
   * How often all patience is doubled: once more with each epoch that leaves something out for a message between two
   * established layers without its other side, once less with each that leaves out none. Durable: a machine that is so
   * busy kills processes, too.
   */
  patienceDoublings: number;
  /** By table and key, so that the last change of a row counts. */
  changes: Map<string, TableChange>;
  frames: { readonly peer: Peer; readonly frame: CoordinatorFrame }[];
  /** Blocks that set-backs have removed: nobody needs proofs of them. */
  gone: HandedBlock[];
  /** Layers that may have to be told something. */
  readonly dirty: Set<LayerState>;
  /** Whom everybody can send to may have changed. */
  isNetworkDirty: boolean;
  /** When layers were told that last, by `MachineOptions.passed`. Not durable. */
  networkToldAt: number;
  /** Layers that were set back since layers were told. */
  readonly goingBack: Set<LayerState>;
};

/**
 * A deposit that L1 has undone, and the number under which it was made again; undefined as long as it was not. Its
 * expiry is the one that it has then.
 */
export type LostDeposit = { readonly deposit: DepositItem; readonly number: number | undefined };

/** Blocks of L1, both ends included. */
export type BlockRange = { readonly from: number; readonly last: number };

const NO_PROGRESS = { letters: Number.POSITIVE_INFINITY, waited: 0 };

export function createTree(options: MachineOptions, epoch: RunningEpoch): Tree {
  return {
    options,
    epoch,
    round: epoch.number,
    closed: undefined,
    layers: new Map(),
    letters: createLetters(),
    bundles: createBundles(),
    deposits: createDeposits(),
    usedDeposits: new Set(),
    lost: new Map(),
    missed: new Map(),
    bundlesRunning: 0,
    waited: 0,
    progress: NO_PROGRESS,
    nextEndAt: Number.NEGATIVE_INFINITY,
    patienceDoublings: 0,
    changes: new Map(),
    frames: [],
    gone: [],
    dirty: new Set(),
    isNetworkDirty: true,
    networkToldAt: Number.NEGATIVE_INFINITY,
    goingBack: new Set(),
  };
}

export function put(tree: Tree, table: string, key: string, value: unknown): void {
  tree.changes.set(`${table}/${key}`, { table, key, value });
}

export function send(tree: Tree, { peer }: LayerState, frame: CoordinatorFrame): void {
  if (peer !== undefined) tree.frames.push({ peer, frame });
}

export function putLayer(tree: Tree, layer: LayerState): void {
  put(tree, "layers", fieldToHex(layer.layerId), storedOf(layer));
  tree.dirty.add(layer);
}

export function removeLayer(tree: Tree, layer: LayerState): void {
  const { peer } = layer;
  // What it still says is nobody's: it must not write what is forgotten again.
  layer.peer = undefined;
  peer?.close();
  tree.layers.delete(layer.layerId);
  put(tree, "layers", fieldToHex(layer.layerId), undefined);
  // Whoever gets its place would have sent them.
  for (const letter of [...tree.letters.from(layer.layerId), ...tree.letters.to(layer.layerId)])
    removeLetter(tree, letter);
  for (const { id } of tree.deposits.of(layer.layerId)) removeDeposit(tree, id);
  putMissed(tree, layer.layerId, undefined);
  tree.isNetworkDirty = true;
}

function removeDeposit(tree: Tree, id: number): void {
  tree.deposits.delete(id);
  put(tree, "deposits", String(id), undefined);
}

export function putLost(tree: Tree, lost: LostDeposit): void {
  tree.lost.set(lost.deposit.id, lost);
  put(tree, "lost", String(lost.deposit.id), lost);
}

/** Where deposits for a layer are still to be looked for; undefined if nowhere. */
export function putMissed(tree: Tree, layerId: Field, range: BlockRange | undefined): void {
  if (range === undefined) {
    if (!tree.missed.delete(layerId)) return;
  } else tree.missed.set(layerId, range);
  put(tree, "missed", fieldToHex(layerId), range);
}

/** Writes down where the epochs and rounds are. */
export function putEpochs(tree: Tree): void {
  const { epoch, closed, round, patienceDoublings } = tree;
  put(tree, "coordinator", "epochs", { epoch, closed, round, patienceDoublings });
}

/** The next stage of the running epoch, or the next epoch. Every layer may have to be told. */
export function enterStage(tree: Tree, epoch: RunningEpoch, closed: ClosedEpoch | undefined): void {
  tree.round += Math.max(0, epoch.number - tree.epoch.number);
  tree.epoch = epoch;
  tree.closed = closed;
  tree.waited = 0;
  putEpochs(tree);
  tree.progress = NO_PROGRESS;
  for (const layer of tree.layers.values()) tree.dirty.add(layer);
}

export function putClosed(tree: Tree, closed: ClosedEpoch | undefined): void {
  tree.closed = closed;
  putEpochs(tree);
  // What is given up depends on it.
  for (const layer of tree.layers.values()) tree.dirty.add(layer);
}

function blockKey(layerId: Field, number: number): string {
  return `${fieldToHex(layerId)}/${String(number).padStart(10, "0")}`;
}

export function putBlock(tree: Tree, layer: LayerState, handed: HandedBlock): void {
  layer.blocks.set(handed.block.number, handed);
  put(tree, "blocks", blockKey(layer.layerId, handed.block.number), handed);
}

export function removeBlock(tree: Tree, layer: LayerState, number: number): void {
  layer.blocks.delete(number);
  layer.proven.delete(number);
  put(tree, "blocks", blockKey(layer.layerId, number), undefined);
}

function letterKey({ from, position }: Letter): string {
  return `${fieldToHex(from)}/${String(position).padStart(16, "0")}`;
}

export function putLetter(tree: Tree, letter: Letter): void {
  tree.letters.add(letter);
  writeLetter(tree, letter);
}

/** The receiver is about to be given a letter: it is there again. Durable before the receiver has the letter. */
export function noteGiven(tree: Tree, letter: Letter): void {
  const wasToAbsent = letter.isToAbsent;
  tree.letters.change(letter, { isSent: true, isDelivered: true, wasGiven: true, isToAbsent: false });
  if (!wasToAbsent) return;
  writeLetter(tree, letter);
}

function writeLetter(tree: Tree, letter: Letter): void {
  const { from, to, position, time, epoch, message, isLate, isToAbsent } = letter;
  put(tree, "letters", letterKey(letter), { from, to, position, time, epoch, message, isLate, isToAbsent });
}

export function removeLetter(tree: Tree, letter: Letter): void {
  tree.letters.remove(letter);
  put(tree, "letters", letterKey(letter), undefined);
}

export function putBundle(tree: Tree, bundle: BundleRecord): void {
  tree.bundles.put(bundle);
  put(tree, "bundles", fieldToHex(bundle.id), bundle);
}

export function removeBundle(tree: Tree, { id }: BundleRecord): void {
  tree.bundles.remove(id);
  put(tree, "bundles", fieldToHex(id), undefined);
}

export function isBelieved(tree: Tree, { conduct }: LayerState): boolean {
  return isConductBelieved(conduct, tree.options.time());
}

export function isQuarantined(tree: Tree, { conduct }: LayerState): boolean {
  return isConductQuarantined(conduct, tree.options.time());
}

export function nameOf(tree: Tree, layerId: Field): string {
  return tree.layers.get(layerId)?.known.name ?? `${fieldToHex(layerId).slice(0, 10)}..`;
}
