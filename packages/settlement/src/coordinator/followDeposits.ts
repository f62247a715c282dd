import type { Field } from "@frond/foundation";
import { takeDeposits } from "../machine/takeDeposits.ts";
import { putMissed } from "../machine/tree.ts";
import type { Core } from "./core.ts";
import { putCursor } from "./records.ts";

/**
 * Takes the deposits that L1 has confirmed since the last look, a page at a time, and gives each to its layer, by turns
 * of their depositors. Where reading goes on is durable with what was read.
 */
export async function followDeposits(core: Core): Promise<void> {
  const { tree, records, dependencies } = core;
  for (let isLast = false; !isLast && !core.signal.aborted; ) {
    const page = await dependencies.layerOne.deposits(core.depositCursor);
    const fresh = page.deposits.filter(({ id }) => !tree.deposits.has(id) && !records.isDepositUsed(id));
    if (page.undoneFrom !== undefined)
      core.logger.warn(`A reorganisation of L1 has undone blocks from ${page.undoneFrom} on; deposits are read again`);
    if (fresh.length > 0 || page.cursor.next !== core.depositCursor?.next || page.undoneFrom !== undefined)
      await core.journal.change(() => {
        takeDeposits(tree, fresh);
        core.depositCursor = page.cursor;
        putCursor(tree, page.cursor);
      });
    isLast = page.isLast;
  }
  for (const layerId of [...tree.missed.keys()]) await takeMissed(core, layerId);
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
    const fresh = deposits.filter(({ id }) => !records.isDepositUsed(id));
    await core.journal.change(() => {
      // It may have been forgotten, or registered anew, meanwhile.
      if (tree.missed.get(layerId) !== range) return;
      takeDeposits(tree, fresh);
      putMissed(tree, layerId, next > last ? undefined : { from: next, last });
    });
  }
}
