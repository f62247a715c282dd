import { takeDeposits } from "../machine/takeDeposits.ts";
import type { LostDeposit } from "../machine/tree.ts";
import { isForcedId } from "../tree/itemIds.ts";
import type { DepositPage } from "../types.ts";
import type { Core } from "./core.ts";
import { findLost, noteLost } from "./noteLost.ts";
import { putCursor } from "./records.ts";

/**
 * Takes the deposits and the forced transactions that L1 has confirmed since the last look, a page at a time, and gives
 * each to its layer, by turns of their depositors. Where reading goes on is durable with what was read.
 */
export async function followDeposits(core: Core): Promise<void> {
  for (const name of ["depositCursor", "forcedCursor"] as const) await followQueue(core, name);
}

/** The two queues of L1, by where the reading of each goes on. */
type QueueName = "depositCursor" | "forcedCursor";

async function followQueue(core: Core, name: QueueName): Promise<void> {
  const { layerOne } = core.dependencies;
  for (let isLast = false; !isLast && !core.signal.aborted; ) {
    const page = await (name === "depositCursor" ? layerOne.deposits(core[name]) : layerOne.forced(core[name]));
    await takePage(core, name, page);
    isLast = page.isLast;
  }
}

async function takePage(core: Core, name: QueueName, { deposits, cursor, undoneFrom }: DepositPage): Promise<void> {
  const { tree, records, logger } = core;
  if (deposits.length === 0 && cursor.next === core[name]?.next && undoneFrom === undefined) return;
  let lost: LostDeposit[] = [];
  if (undoneFrom !== undefined) {
    logger.warn(`A reorganisation of L1 has undone blocks from ${undoneFrom} on; deposits are read again`);
    const isOfQueue = (id: number) => isForcedId(id) === (name === "forcedCursor");
    lost = await findLost(core, { block: cursor.next - 1, isOfQueue });
  }
  const refused = await core.journal.change(() => {
    noteLost(core, lost);
    core[name] = cursor;
    putCursor(tree, name, cursor);
    return takeDeposits(tree, deposits, records.isDepositUsed);
  });
  for (const { id } of refused)
    logger.error(
      `Deposit ${id} of L1 is not credited: its number belongs to a deposit that a reorganisation has undone, and that ` +
        "was taken before. It stays on L1; report it with the log of this node.",
    );
}
