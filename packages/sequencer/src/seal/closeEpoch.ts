import type { BlockRecord } from "@frond/store";
import type { Parts } from "../createParts.ts";
import { rebased } from "../errors.ts";
import { blocksOfEpoch } from "./blocksOfEpoch.ts";

/** Ends the current epoch if it is `epoch`. Resolves, when all is durable, with the blocks of `epoch`. */
export const closeEpoch = async (
  epoch: number,
  {
    store,
    metadata,
    life,
    inbox,
    hold,
    orderer,
    sealQueue,
    positions,
    onRoom,
  }: Pick<Parts, "store" | "metadata" | "life" | "inbox" | "hold" | "orderer" | "sealQueue" | "positions" | "onRoom">,
): Promise<{ readonly epoch: number; readonly blocks: readonly BlockRecord[] }> => {
  let stored: Promise<void> | undefined;
  if (epoch === orderer.tip.epoch) {
    // Stored before any record of the next epoch, for writes keep their order.
    stored = metadata.put("epoch", epoch + 1);
    stored.catch(life.fail);
    inbox.endEpoch(rebased());
    orderer.tip.enterEpoch(epoch + 1);
    orderer.tip.cut();
    hold.release();
    onRoom();
  }
  await Promise.all([sealQueue.last(), stored]);
  positions.tell();
  return { epoch, blocks: blocksOfEpoch(store, epoch) };
};
