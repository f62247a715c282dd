import type { BlockRecord, EnteredEpoch } from "@frond/store";
import type { Parts } from "../createParts.ts";
import { wasSetBack } from "../errors.ts";
import { blocksOfEpoch } from "./blocksOfEpoch.ts";

/**
 * Ends the current epoch if it is `epoch`; blocks of the next one are later than `after`. Resolves, when all is
 * durable, with the blocks of `epoch`.
 */
export async function closeEpoch(
  { epoch, after }: EnteredEpoch,
  {
    store,
    entered,
    life,
    inbox,
    hold,
    orderer,
    sealQueue,
    positions,
    onRoom,
  }: Pick<Parts, "store" | "entered" | "life" | "inbox" | "hold" | "orderer" | "sealQueue" | "positions" | "onRoom">,
): Promise<{ readonly epoch: number; readonly blocks: readonly BlockRecord[] }> {
  let stored: Promise<void> | undefined;
  if (epoch === orderer.tip.epoch) {
    // Stored before any record of the next epoch, for writes keep their order.
    const next = { epoch: epoch + 1, after };
    stored = entered.put("epoch", next);
    stored.catch(life.fail);
    inbox.endEpoch(wasSetBack());
    orderer.tip.enterEpoch(next);
    orderer.tip.cut();
    hold.release();
    onRoom();
  }
  await Promise.all([sealQueue.last(), stored]);
  positions.tell();
  return { epoch, blocks: blocksOfEpoch(store, epoch) };
}
