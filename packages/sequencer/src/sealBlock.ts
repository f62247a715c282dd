import { type BlockWitness, blockStatement, createIndexedTree } from "@frond/protocol";
import { type BlockRecord, createOverlay, type Store } from "@frond/store";
import type { Sealer, SealRequest } from "./types.ts";

/**
 * Makes a block's witness over an overlay of the tree, then commits tree, block and witness together (ARCHITECTURE.md, "A block"). The overlay keeps the write lock of the store
 * short: only finished values are written under it.
 */
export const sealBlock = async (request: SealRequest, store: Store): Promise<BlockRecord> => {
  const { entryWidth } = store.identity;
  const overlay = createOverlay(store);
  const tree = createIndexedTree({ entryWidth, nodes: overlay.nodes, leaves: overlay.leaves });
  const witnessSet = tree.applyWitnessSet(request.updates.map(({ key, after }) => ({ key, after: [...after] })));
  const witness: BlockWitness = {
    size: request.size.name,
    layerId: request.layerId,
    slot: request.slot,
    epoch: request.epoch,
    witnessSet,
    consumed: request.incoming.map(({ message }) => message),
    produced: [...request.produced],
    transactions: [...request.transactions],
  };
  const [, stateRootBefore, stateRootAfter, , , messagesHash, dataHash] = blockStatement(
    witness,
    request.size,
    entryWidth,
  );
  const block: BlockRecord = {
    number: request.number,
    slot: request.slot,
    epoch: request.epoch,
    size: request.size.name,
    status: "sealed",
    transactions: request.hashes,
    consumed: request.incoming,
    produced: request.produced,
    stateRootBefore: stateRootBefore!,
    stateRootAfter: stateRootAfter!,
    messagesHash: messagesHash!,
    dataHash: dataHash!,
    entries: witnessSet.entries.length,
    inserts: witnessSet.inserts.length,
    sealedAt: request.sealedAt,
  };
  await store.commitBlock({ block, witness, ...overlay.changes(), logThrough: request.logThrough });
  return block;
};

/** Seals in this thread. */
export const createSealer = (store: Store): Sealer => ({
  seal: (request) => sealBlock(request, store),
  async close() {},
});
