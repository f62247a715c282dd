import type { Field } from "@frond/foundation";
import type { BlockSize } from "@frond/protocol";
import type { BlockRecord, LogPosition } from "@frond/store";
import type { OpenBlock } from "../order/openBlock.ts";
import type { Sealer } from "../types.ts";
import { takeHolders } from "./takeHolders.ts";

/** Blocks that were cut, sealed one after the other. */
export type SealQueue = {
  add(cut: {
    readonly block: OpenBlock;
    readonly size: BlockSize;
    readonly sealedAt: number;
    /** Resolves when the block's records are on disk. */
    readonly logThrough: Promise<LogPosition>;
  }): void;
  /** Resolves when all that was added is sealed, with the last block ever sealed here. */
  last(): Promise<BlockRecord | undefined>;
};

export function createSealQueue(
  { layerId, feeRecipient }: { readonly layerId: Field; readonly feeRecipient: Field },
  dependencies: {
    readonly sealer: Sealer;
    onSealed(block: OpenBlock, record: BlockRecord): void;
    onFailure(error: unknown): void;
  },
): SealQueue {
  const { sealer, onSealed, onFailure } = dependencies;
  let last: Promise<BlockRecord | undefined> = Promise.resolve(undefined);
  return {
    add({ block, size, sealedAt, logThrough }) {
      last = last.then(async () => {
        const record = await sealer.seal({
          number: block.number,
          time: block.time,
          epoch: block.epoch,
          size,
          layerId,
          updates: [...block.values].map(([key, after]) => ({ key, after })),
          incoming: [...block.incoming, ...block.links],
          produced: block.produced,
          transactions: block.transactions,
          hashes: block.hashes,
          fees: block.fees,
          feeRecipient,
          fee: block.fee,
          events: block.events,
          holders: takeHolders(block, size),
          logThrough: await logThrough,
          sealedAt,
        });
        onSealed(block, record);
        return record;
      });
      last.catch(onFailure);
    },
    last: () => last,
  };
}
