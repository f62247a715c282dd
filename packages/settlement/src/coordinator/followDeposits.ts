import { takeDeposits } from "../machine/takeDeposits.ts";
import type { Core } from "./core.ts";

/** Takes the deposits that L1 has confirmed, and gives each to its layer, by turns of their depositors. */
export async function followDeposits(core: Core): Promise<void> {
  const { tree, records } = core;
  const next = Math.min(...(tree.deposits.size === 0 ? [0] : tree.deposits.keys()));
  const found = await core.dependencies.layerOne.deposits(next);
  const fresh = found.filter(({ id }) => !tree.deposits.has(id) && !records.isDepositUsed(id));
  if (fresh.length > 0) await core.journal.change(() => takeDeposits(tree, fresh));
}
