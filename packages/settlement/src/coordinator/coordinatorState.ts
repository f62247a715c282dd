import type { LayerSnapshot } from "@frond/circuits";
import { type Field, fieldToHex } from "@frond/foundation";
import type { Equivocation } from "@frond/protocol";
import type { SettledEpoch, Tables } from "../types.ts";
import type { BundleRecord } from "./bundles.ts";
import { type HandedBlock, type LayerState, newLayerState, type StoredLayer } from "./layerState.ts";

/** The tree as L1 knows it after `epoch` has settled (0 before the first). */
export type Ledger = { readonly epoch: number; readonly trunk: LayerSnapshot };

/** Which epochs are under way: `open` takes blocks, `sealing` is about to end, `proving` has ended and not settled, without what is `leftOut`. */
export type Epochs = {
  readonly open: number;
  readonly sealing?: number;
  readonly proving?: number;
  readonly leftOut?: SettledEpoch["leftOut"];
};

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

/** Everything that the coordinator must not lose. Written before anybody is told. */
export type CoordinatorState = {
  ledger(): Ledger | undefined;
  putLedger(ledger: Ledger): Promise<void>;
  epochs(): Epochs | undefined;
  putEpochs(epochs: Epochs): Promise<void>;
  submission(): Submission | undefined;
  putSubmission(submission: Submission): Promise<void>;
  /** Layers with the blocks that have not settled, in the order in which they came. */
  layers(): LayerState[];
  putLayer(layer: LayerState): Promise<void>;
  putBlock(layerId: Field, handed: HandedBlock): Promise<void>;
  dropBlocks(layer: LayerState, numbers: readonly number[]): Promise<void>;
  /** Deposits that settled epochs have used. */
  isDepositUsed(id: number): boolean;
  useDeposits(ids: readonly number[]): Promise<void>;
  settledEpoch(epoch: number): SettledEpoch | undefined;
  putSettledEpoch(epoch: SettledEpoch): Promise<void>;
  bundle(id: Field): BundleRecord | undefined;
  bundles(): BundleRecord[];
  putBundle(bundle: BundleRecord): Promise<void>;
  evidence(): Equivocation[];
  putEvidence(evidence: Equivocation): Promise<void>;
};

export function openCoordinatorState(tables: Tables): CoordinatorState {
  const state = tables.table<unknown>("coordinator");
  const layers = tables.table<StoredLayer & { readonly place: number }>("layers");
  const blocks = tables.table<HandedBlock>("blocks");
  const deposits = tables.table<true>("deposits");
  const settled = tables.table<SettledEpoch>("epochs");
  const bundles = tables.table<BundleRecord>("bundles");
  const evidence = tables.table<Equivocation>("evidence");
  const places = new Map<Field, number>();
  const blockName = (layerId: Field, number: number) => `${fieldToHex(layerId)}/${String(number).padStart(10, "0")}`;

  return {
    ledger: () => state.get("ledger") as Ledger | undefined,
    putLedger: (ledger) => state.put("ledger", ledger),
    epochs: () => state.get("epochs") as Epochs | undefined,
    putEpochs: (epochs) => state.put("epochs", epochs),
    submission: () => state.get("submission") as Submission | undefined,
    putSubmission: (submission) => state.put("submission", submission),
    layers() {
      const stored = [...layers.entries()].map(([, layer]) => layer).sort((a, b) => a.place - b.place);
      return stored.map((entry) => {
        places.set(entry.known.layerId, entry.place);
        const layer = newLayerState(entry);
        const prefix = fieldToHex(entry.known.layerId);
        for (const [, handed] of blocks.entries({ start: `${prefix}/`, end: `${prefix}0` })) {
          layer.blocks.set(handed.block.number, handed);
          layer.accepted = Math.max(layer.accepted, handed.block.number);
          layer.slot = Math.max(layer.slot, handed.block.slot);
        }
        return layer;
      });
    },
    putLayer({ known, url, session, base, pendingDrops, rest }) {
      const place = places.get(known.layerId) ?? places.size;
      places.set(known.layerId, place);
      return layers.put(fieldToHex(known.layerId), { known, url, session, base, pendingDrops, rest, place });
    },
    putBlock: (layerId, handed) => blocks.put(blockName(layerId, handed.block.number), handed),
    async dropBlocks(layer, numbers) {
      for (const number of numbers) {
        layer.blocks.delete(number);
        layer.proven.delete(number);
      }
      await Promise.all(numbers.map((number) => blocks.delete(blockName(layer.known.layerId, number))));
    },
    isDepositUsed: (id) => deposits.get(String(id)) === true,
    async useDeposits(ids) {
      await Promise.all(ids.map((id) => deposits.put(String(id), true)));
    },
    settledEpoch: (epoch) => settled.get(String(epoch)),
    putSettledEpoch: (epoch) => settled.put(String(epoch.epoch), epoch),
    bundle: (id) => bundles.get(fieldToHex(id)),
    bundles: () => [...bundles.entries()].map(([, bundle]) => bundle),
    putBundle: (bundle) => bundles.put(fieldToHex(bundle.id), bundle),
    evidence: () => [...evidence.entries()].map(([, found]) => found),
    putEvidence: (found) => evidence.put(`${fieldToHex(found.first.layerId)}/${found.first.slot}`, found),
  };
}
