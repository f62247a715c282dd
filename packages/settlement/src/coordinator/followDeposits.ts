import type { Field } from "@frond/foundation";
import { takeDeposits } from "../machine/takeDeposits.ts";
import { type LostDeposit, putMissed } from "../machine/tree.ts";
import type { DepositPage } from "../types.ts";
import type { Core } from "./core.ts";
import { findLost, noteLost } from "./noteLost.ts";
import { putCursor } from "./records.ts";

/**
 * Takes the deposits that L1 has confirmed since the last look, a page at a time, and gives each to its layer, by turns
 * of their depositors. Where reading goes on is durable with what was read.
 */
export async function followDeposits(core: Core): Promise<void> {
  const { tree, dependencies } = core;
  for (let isLast = false; !isLast && !core.signal.aborted; ) {
    const page = await dependencies.layerOne.deposits(core.depositCursor);
    await takePage(core, page);
    isLast = page.isLast;
  }
  for (const layerId of [...tree.missed.keys()]) await takeMissed(core, layerId);
}

async function takePage(core: Core, { deposits, cursor, undoneFrom }: DepositPage): Promise<void> {
  const { tree, records, logger } = core;
  if (deposits.length === 0 && cursor.next === core.depositCursor?.next && undoneFrom === undefined) return;
  let lost: LostDeposit[] = [];
  if (undoneFrom !== undefined) {
    logger.warn(`A reorganisation of L1 has undone blocks from ${undoneFrom} on; deposits are read again`);
    lost = await findLost(core, cursor.next - 1);
  }
  const refused = await core.journal.change(() => {
    noteLost(core, lost);
    core.depositCursor = cursor;
    putCursor(tree, cursor);
    return takeDeposits(tree, deposits, records.isDepositUsed);
  });
  for (const { id } of refused)
    logger.error(
      `Deposit ${id} of L1 is not credited: its number belongs to a deposit that a reorganisation has undone, and that ` +
        "was taken before. It stays on L1; report it with the log of this node.",
    );
}

/**
 * Takes deposits for a layer that were made before it was registered: nothing is kept of layers that do not exist, so
 * they are read from L1 again.
 */
async function takeMissed(core: Core, layerId: Field): Promise<void> {
  const { tree, records, dependencies } = core;
  for (let range = tree.missed.get(layerId); range !== undefined; range = tree.missed.get(layerId)) {
    core.signal.throwIfAborted();
    const { last } = range;
    const { deposits, next } = await dependencies.layerOne.depositsOf(layerId, range);
    await core.journal.change(() => {
      // It may have been forgotten, or registered anew, meanwhile.
      if (tree.missed.get(layerId) !== range) return;
      takeDeposits(tree, deposits, records.isDepositUsed);
      putMissed(tree, layerId, next > last ? undefined : { from: next, last });
    });
  }
}
