import type { LayerSnapshot } from "@frond/circuits";
import type { DepositCursor } from "@frond/contracts";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import type { Equivocation } from "@frond/protocol";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { type HandedBlock, type LayerState, newLayerState, type StoredLayer } from "../machine/layerState.ts";
import type { Letter } from "../machine/letters.ts";
import { type BlockRange, type LostDeposit, put, type Tree } from "../machine/tree.ts";
import type { Deposit, SettledEpoch, Tables } from "../types.ts";

/** The tree as L1 knows it after `epoch` has settled (0 before the first). */
export type Ledger = { readonly epoch: number; readonly trunk: LayerSnapshot };

/** What is about to be submitted: should the answer get lost, this is what L1 accepted. */
export type Submission = {
  readonly epoch: number;
  readonly rootOut: Field;
  readonly trunk: LayerSnapshot;
  /** The last included block of each layer that moved. */
  readonly through: ReadonlyMap<Field, number>;
  readonly registered: readonly Field[];
  readonly deposits: readonly number[];
  readonly summary: SettledEpoch;
};

/** `patienceDoublings` is missing in data of an earlier version. */
type StoredEpochs = Pick<Tree, "epoch" | "closed" | "round"> & Partial<Pick<Tree, "patienceDoublings">>;

/** A settled epoch, and the last block of each layer in it. */
type SettledRecord = { readonly summary: SettledEpoch; readonly through: ReadonlyMap<Field, number> };

/**
 * All durable data of the coordinator that the machine does not hold in memory. It is read here and written through the
 * journal.
 */
export type Records = {
  ledger(): Ledger | undefined;
  submission(): Submission | undefined;
  settled(epoch: number): SettledRecord | undefined;
  depositCursor(): DepositCursor | undefined;
  isDepositUsed(id: number): boolean;
  evidence(): Equivocation[];
  /** Puts layers, blocks, letters, deposits, bundles and epochs back into a tree. */
  restore(tree: Tree): void;
};

/** Whether a letter is late or to somebody absent is missing in data of an earlier version. */
type StoredLetter = Pick<Letter, "from" | "to" | "position" | "time" | "epoch" | "message"> &
  Partial<Pick<Letter, "isLate" | "isToAbsent">>;

export function openRecords(tables: Pick<Tables, "table">): Records {
  const state = tables.table<unknown>("coordinator");
  const layers = tables.table<StoredLayer>("layers");
  const blocks = tables.table<HandedBlock>("blocks");
  const letters = tables.table<StoredLetter>("letters");
  const deposits = tables.table<Deposit | true>("deposits");
  const lost = tables.table<LostDeposit>("lost");
  const missed = tables.table<BlockRange>("missed");
  const settled = tables.table<SettledRecord>("epochs");
  const bundles = tables.table<BundleRecord>("bundles");
  const evidence = tables.table<Equivocation>("evidence");

  function restoreLayer(stored: StoredLayer): LayerState {
    const layer = newLayerState(stored);
    const prefix = fieldToHex(layer.layerId);
    for (const [, handed] of blocks.entries({ start: `${prefix}/`, end: `${prefix}0` })) {
      layer.blocks.set(handed.block.number, handed);
      layer.accepted = Math.max(layer.accepted, handed.block.number);
      layer.time = Math.max(layer.time, handed.block.time);
    }
    return layer;
  }

  /** Who has a letter is not known any more: everybody may, but for whom it was kept from. */
  function restoreLetter({ isLate = false, isToAbsent = false, ...letter }: StoredLetter): Letter {
    const isDelivered = !isLate && !isToAbsent;
    return { ...letter, isLate, isToAbsent, isDelivered, wasGiven: false, isSent: false, isHandled: false };
  }

  return {
    ledger: () => state.get("ledger") as Ledger | undefined,
    submission: () => state.get("submission") as Submission | undefined,
    settled: (epoch) => settled.get(String(epoch)),
    depositCursor: () => state.get("depositCursor") as DepositCursor | undefined,
    isDepositUsed: (id) => deposits.get(String(id)) === true,
    evidence: () => [...evidence.entries()].map(([, found]) => found),
    restore(tree) {
      const epochs = state.get("epochs") as StoredEpochs | undefined;
      if (epochs !== undefined) {
        tree.epoch = epochs.epoch;
        tree.closed = epochs.closed;
        tree.round = epochs.round;
        tree.patienceDoublings = epochs.patienceDoublings ?? 0;
      }
      const stored = [...layers.entries()].map(([, layer]) => layer).sort((a, b) => a.place - b.place);
      for (const layer of stored) tree.layers.set(layer.known.layerId, restoreLayer(layer));
      for (const [, letter] of letters.entries()) tree.letters.add(restoreLetter(letter));
      for (const [, deposit] of deposits.entries()) if (deposit !== true) tree.deposits.set(deposit.id, deposit);
      for (const [, found] of lost.entries()) tree.lost.set(found.deposit.id, found);
      for (const [key, range] of missed.entries()) tree.missed.set(hexToField(key), range);
      for (const [, bundle] of bundles.entries()) tree.bundles.put(bundle);
    },
  };
}

export function putLedger(tree: Tree, ledger: Ledger): void {
  put(tree, "coordinator", "ledger", ledger);
}

export function putSubmission(tree: Tree, submission: Submission): void {
  put(tree, "coordinator", "submission", submission);
}

export function putCursor(tree: Tree, cursor: DepositCursor): void {
  put(tree, "coordinator", "depositCursor", cursor);
}

export function putEvidence(tree: Tree, found: Equivocation): void {
  put(tree, "evidence", `${fieldToHex(found.first.layerId)}/${found.first.time}`, found);
}
