import {
  type BlockWitness,
  blockData,
  blockStatement,
  createIndexedTree,
  type DataRules,
  dataChain,
  signBlock,
} from "@frond/protocol";
import { type BlockRecord, createOverlay, type Store } from "@frond/store";
import type { Sealer, SealRequest } from "../types.ts";

/** The secret that the sequencer signs its blocks with, and where the data of the blocks goes. */
export type SealerOptions = { readonly secret: bigint; readonly data: DataRules };

/**
 * Makes a block's witness over an overlay of the tree, signs its statement, then commits tree, block and witness
 * together (docs/protocol.md 3). The overlay keeps the write lock of the store short: only finished values are
 * written under it.
 */
async function sealBlock(request: SealRequest, store: Store, { secret, data }: SealerOptions): Promise<BlockRecord> {
  const { entryWidth } = store.identity;
  // Another thread may have rolled the tree back.
  store.refresh();
  const overlay = createOverlay(store);
  const tree = createIndexedTree({ entryWidth, nodes: overlay.nodes, leaves: overlay.leaves });
  const witnessSet = tree.applyWitnessSet(request.updates.map(({ key, after }) => ({ key, after: [...after] })));
  const witness: BlockWitness = {
    size: request.size.name,
    layerId: request.layerId,
    time: request.time,
    epoch: request.epoch,
    witnessSet,
    consumed: request.incoming.map(({ message }) => message),
    produced: [...request.produced],
    transactions: [...request.transactions],
    forced: request.incoming.flatMap(({ forced }) => forced?.transaction ?? []),
    fees: [...request.fees],
    feeRecipient: request.feeRecipient,
    ...(request.holders.length > 0 && { holders: request.holders }),
  };
  const statement = blockStatement(witness, request.size, data);
  const { stateRootIn, stateRootOut, messagesHash, dataHash } = statement;
  const { publicWords, committeeWords } = blockData({ ...witness, ...data });
  const block: BlockRecord = {
    number: request.number,
    time: request.time,
    epoch: request.epoch,
    size: request.size.name,
    status: "sealed",
    transactions: request.hashes,
    fee: request.fee,
    consumed: request.incoming,
    produced: request.produced,
    stateRootBefore: stateRootIn,
    stateRootAfter: stateRootOut,
    messagesHash,
    dataHash,
    publicWords,
    committeeHash: dataChain(committeeWords),
    committeeSignatures: [],
    entries: witnessSet.entries.length,
    inserts: witnessSet.inserts.length,
    sealedAt: request.sealedAt,
    signature: signBlock(statement, secret).signature,
  };
  const { logThrough, events } = request;
  await store.commitBlock({ block, witness, ...overlay.changes(), logThrough, events });
  return block;
}

/** Seals in this thread. */
export const createSealer = (store: Store, options: SealerOptions): Sealer => ({
  seal: (request) => sealBlock(request, store, options),
  async close() {},
});
