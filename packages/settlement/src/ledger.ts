import { applySteps, type Claim, type LayerSnapshot } from "@frond/circuits";
import type { Field } from "@frond/foundation";
import type { BlockRecord, Store } from "@frond/store";

/** The layer as L1 knows it after `epoch` has settled (0 before the first). */
export type Ledger = { readonly epoch: number; readonly layer: LayerSnapshot };

const KEY = "settlement/ledger";

/** Keeps the ledger in the store. */
export function ledgerStore(store: Pick<Store, "table">, genesis: LayerSnapshot) {
  const table = store.table<Ledger>("metadata");
  return {
    load: (): Ledger => table.get(KEY) ?? { epoch: 0, layer: genesis },
    save: (ledger: Ledger): Promise<void> => table.put(KEY, ledger),
  };
}

export type EpochBlocks = { readonly epoch: number; readonly blocks: readonly BlockRecord[] };

/**
 * The layer before and after each block of an epoch: one snapshot more than there are blocks (protocol.md 6). These are the transitions that the aggregates prove, computed
 * without a proof. Throws AggregateStepError for a block that no aggregate accepts.
 */
export function snapshotsOf(
  layer: LayerSnapshot,
  { epoch, blocks }: EpochBlocks,
  keyHashOf: (size: string) => Field,
): LayerSnapshot[] {
  const snapshots = [layer];
  for (const block of blocks) {
    const steps = [blockStep(block, { layerId: layer.record.layerId, keyHash: keyHashOf(block.size) })];
    snapshots.push(applySteps({ aggregateKeyHash: 0n, layer: snapshots.at(-1)!, epoch, steps }).layer);
  }
  return snapshots;
}

/** A block as a step of an aggregate. Its claim is what its proof has to say. */
export function blockStep(block: BlockRecord, proven: { readonly layerId: Field; readonly keyHash: Field }) {
  return {
    kind: "block" as const,
    claim: blockClaim(block, proven),
    consumed: block.consumed.map(({ message }) => message),
    produced: block.produced,
  };
}

function blockClaim(block: BlockRecord, { layerId, keyHash }: { layerId: Field; keyHash: Field }): Claim {
  const { stateRootBefore, stateRootAfter, slot, epoch, messagesHash, dataHash } = block;
  return {
    keyHash,
    publicInputs: [layerId, stateRootBefore, stateRootAfter, BigInt(slot), BigInt(epoch), messagesHash, dataHash],
  };
}
