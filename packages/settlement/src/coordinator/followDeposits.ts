import { deliverTo } from "../machine/deliver.ts";
import type { Core } from "./core.ts";

/** Takes the deposits that L1 has confirmed, and gives each to its layer, by turns of their depositors. */
export async function followDeposits(core: Core): Promise<void> {
  const { tree, records } = core;
  const next = Math.min(...(tree.deposits.size === 0 ? [0] : tree.deposits.keys()));
  const found = await core.dependencies.layerOne.deposits(next);
  const isKnown = (id: number) => tree.deposits.has(id) || tree.usedDeposits.has(id) || records.isDepositUsed(id);
  const fresh = found.filter(({ id }) => !isKnown(id));
  if (fresh.length === 0) return;
  await core.journal.change(() => {
    for (const deposit of fresh) tree.deposits.set(deposit.id, deposit);
    for (const layerId of new Set(fresh.map(({ layer }) => layer))) {
      const layer = tree.layers.get(layerId);
      if (layer !== undefined) deliverTo(tree, layer);
    }
  });
}
