import type { LayerSnapshot } from "@frond/circuits";
import type { DepositCursor } from "@frond/contracts";
import { type Field, fieldToHex, hexToField } from "@frond/foundation";
import type { Equivocation } from "@frond/protocol";
import type { Table } from "@frond/store";
import type { BundleRecord } from "../machine/bundleRecord.ts";
import { type HandedBlock, type LayerState, newLayerState, type StoredLayer } from "../machine/layerState.ts";
import type { Letter } from "../machine/letter.ts";
import { type BlockRange, type LostDeposit, put, removeLetter, type Tree } from "../machine/tree.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Deposit, SettledEpoch, Settling, Tables } from "../types.ts";

/** The tree as L1 knows it after `epoch` has settled (0 before the first). */
export type Ledger = { readonly epoch: number; readonly trunk: LayerSnapshot };

/**
 * What is submitted, and what the tree is once L1 has accepted it. From the first attempt on L1 may have it, so nothing
 * else is ever submitted for its epoch.
 */
export type Submission = {
  readonly settling: Settling;
  readonly trunk: LayerSnapshot;
  /** The last included block of each layer that moved. */
  readonly through: ReadonlyMap<Field, number>;
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
  /** How many blocks of a layer that is not known here are in epochs of somebody else. */
  blocksOfUnknown(layerId: Field): number;
  depositCursor(): DepositCursor | undefined;
  forcedCursor(): DepositCursor | undefined;
  isDepositUsed(id: number): boolean;
  /** A page of the evidence, after the row that an earlier page ended with. */
  evidence(after?: string): EvidencePage;
  /** Whether there is evidence of the same layer and key. */
  hasEvidence(found: Equivocation): boolean;
  /** What layers are to become. */
  planned(): Map<Field, KnownLayer>;
  /** Puts layers, blocks, letters, deposits, bundles and epochs back into a tree. */
  restore(tree: Tree): void;
};

/** Evidence, and what to ask for the next page with; null if there is none. */
export type EvidencePage = { readonly evidence: readonly Equivocation[]; readonly next: string | null };

const EVIDENCE_OF_PAGE = 100;

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
  const unknown = tables.table<number>("unknownLayers");
  const evidence = tables.table<Equivocation>("evidence");
  const planned = tables.table<KnownLayer>("upgrades");

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
    const notKept = { wasGiven: false, isSent: false, isHandled: false, isToUnreachable: false };
    return { ...letter, ...notKept, isLate, isToAbsent, isDelivered: !isLate && !isToAbsent };
  }

  return {
    ledger: () => state.get("ledger") as Ledger | undefined,
    submission: () => state.get("submission") as Submission | undefined,
    settled: (epoch) => settled.get(String(epoch)),
    blocksOfUnknown: (layerId) => unknown.get(fieldToHex(layerId)) ?? 0,
    depositCursor: () => state.get("depositCursor") as DepositCursor | undefined,
    forcedCursor: () => state.get("forcedCursor") as DepositCursor | undefined,
    isDepositUsed: (id) => deposits.get(String(id)) === true,
    evidence: (after) => pageOf(evidence, after),
    hasEvidence: (found) => evidence.get(evidenceKey(found)) !== undefined,
    planned: () => new Map([...planned.entries()].map(([, next]) => [next.layerId, next])),
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
      for (const [, stored] of letters.entries()) {
        const letter = restoreLetter(stored);
        if (tree.layers.has(letter.from)) tree.letters.add(letter);
        // An earlier version kept letters of layers that were forgotten.
        else removeLetter(tree, letter);
      }
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

export function putCursor(tree: Tree, name: "depositCursor" | "forcedCursor", cursor: DepositCursor): void {
  put(tree, "coordinator", name, cursor);
}

export function putPlanned(tree: Tree, layerId: Field, next: KnownLayer | undefined): void {
  put(tree, "upgrades", fieldToHex(layerId), next);
}

export function putEvidence(tree: Tree, found: Equivocation): void {
  put(tree, "evidence", evidenceKey(found), found);
}

/** One row for each layer and key. */
function evidenceKey({ first: { layerId }, sequencerKey }: Equivocation): string {
  return `${fieldToHex(layerId)}/${fieldToHex(sequencerKey.x)}`;
}

function pageOf(table: Table<Equivocation>, after: string | undefined): EvidencePage {
  const evidence: Equivocation[] = [];
  let last: string | undefined;
  // No key is between one and the same with a zero byte.
  for (const [key, found] of table.entries(after === undefined ? {} : { start: `${after}\0` })) {
    if (evidence.length === EVIDENCE_OF_PAGE) return { evidence, next: last! };
    evidence.push(found);
    last = key;
  }
  return { evidence, next: null };
}
