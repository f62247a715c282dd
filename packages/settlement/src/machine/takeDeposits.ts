import type { Deposit } from "../types.ts";
import { deliverTo } from "./deliver.ts";
import { put, type Tree } from "./tree.ts";

/**
 * Takes deposits that L1 has confirmed, and gives each to its layer, by turns of their depositors. They are durable:
 * after a restart, a layer that waits for one does not give up what needs it while L1 is not there.
 */
export function takeDeposits(tree: Tree, deposits: readonly Deposit[]): void {
  const fresh = deposits.filter(({ id }) => !tree.deposits.has(id) && !tree.usedDeposits.has(id));
  for (const deposit of fresh) {
    tree.deposits.set(deposit.id, deposit);
    put(tree, "deposits", String(deposit.id), deposit);
  }
  for (const layerId of new Set(fresh.map(({ layer }) => layer))) {
    const layer = tree.layers.get(layerId);
    if (layer !== undefined) deliverTo(tree, layer);
  }
}
