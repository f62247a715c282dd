import type { Deposit } from "../types.ts";
import { deliverTo } from "./deliver.ts";
import { put, type Tree } from "./tree.ts";

/**
 * Takes confirmed deposits of L1, and gives each deposit to its layer, by turns of the depositors. A deposit for a
 * layer that does not exist is not kept: whoever sends it could fill the memory. Deposits are durable: after a restart,
 * a layer that waits for a deposit keeps the transactions that need the deposit, even while L1 does not answer.
 */
export function takeDeposits(tree: Tree, deposits: readonly Deposit[]): void {
  const fresh = deposits.filter(
    ({ id, layer }) => tree.layers.has(layer) && !tree.deposits.has(id) && !tree.usedDeposits.has(id),
  );
  for (const deposit of fresh) {
    tree.deposits.set(deposit.id, deposit);
    put(tree, "deposits", String(deposit.id), deposit);
  }
  for (const layerId of new Set(fresh.map(({ layer }) => layer))) {
    const layer = tree.layers.get(layerId);
    if (layer !== undefined) deliverTo(tree, layer);
  }
}
