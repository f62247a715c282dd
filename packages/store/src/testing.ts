import { createIndexedTree, genesisStateRoot, type Message } from "@frond/protocol";
import { createOverlay } from "./overlay.ts";
import type { BlockCommit, LogRecord, Store, StoreIdentity } from "./types.ts";

export const identity: StoreIdentity = { layerId: 7n, application: "test", programDigest: "d", entryWidth: 2 };

const message: Message = { from: 0n, to: 7n, time: 0, kind: 1, asset: 1, amount: 5n, recipient: 9n, payload: 3n };

export function opened(block: number): LogRecord {
  return { kind: "open", block, time: block, epoch: 1, fee: 0n };
}

/** A block that applies `updates`, with two transactions, and with one message from `source`. */
export function blockCommit(
  store: Store,
  {
    number,
    updates,
    logThrough,
    source = "l1",
    epoch = 1,
  }: {
    number: number;
    updates: { key: bigint; after: bigint[] }[];
    logThrough: number;
    source?: string;
    epoch?: number;
  },
): BlockCommit {
  const overlay = createOverlay(store);
  const tree = createIndexedTree({ entryWidth: 2, ...overlay });
  const witnessSet = tree.applyWitnessSet(updates);
  return {
    block: {
      number,
      time: number,
      epoch,
      size: "small",
      status: "sealed",
      transactions: [100n, 101n].map((hash) => hash + BigInt(number - 1) * 1000n),
      fee: 0n,
      consumed: [{ message, source, position: 7 + number }],
      produced: [],
      stateRootBefore: number === 1 ? genesisStateRoot(2) : witnessSet.stateRootBefore,
      stateRootAfter: witnessSet.stateRootAfter,
      messagesHash: 0n,
      dataHash: 0n,
      publicWords: [],
      committeeHash: 0n,
      committeeSignatures: [],
      entries: witnessSet.entries.length,
      inserts: witnessSet.inserts.length,
      sealedAt: 1,
      signature: { r: { x: 1n, y: 2n }, s: 3n },
    },
    witness: {
      size: "small",
      layerId: 7n,
      time: number,
      epoch,
      witnessSet,
      consumed: [message],
      produced: [],
      transactions: [],
      fees: [],
      feeRecipient: 0n,
    },
    ...overlay.changes(),
    logThrough,
  };
}
