import type { Deposit, DepositItem } from "../types.ts";
import { deliverTo } from "./deliver.ts";
import { put, putLost, type Tree } from "./tree.ts";

/**
 * Takes confirmed deposits of L1, and gives each deposit to its layer, by turns of the depositors. A deposit for a
 * layer that does not exist is not kept: whoever sends it could fill the memory. Deposits are durable: after a restart,
 * a layer that waits for a deposit keeps the transactions that need the deposit, even while L1 does not answer.
 * Gives the deposits that can't be taken, because the number belongs to a deposit that a reorganisation has undone.
 */
export function takeDeposits(
  tree: Tree,
  deposits: readonly Deposit[],
  isUsed: (id: number) => boolean = (id) => tree.usedDeposits.has(id),
): Deposit[] {
  const refused: Deposit[] = [];
  const fresh: Deposit[] = [];
  for (const deposit of deposits) {
    const { id } = deposit;
    const isKnown = tree.deposits.has(id) || tree.usedDeposits.has(id) || isUsed(id);
    if (!tree.layers.has(deposit.layer) || (isKnown && !tree.lost.has(id)) || isMadeAgain(tree, deposit)) continue;
    if (isKnown) refused.push(deposit);
    else fresh.push(deposit);
  }
  for (const deposit of fresh) putDeposit(tree, deposit);
  for (const layerId of new Set(fresh.map(({ layer }) => layer))) {
    const layer = tree.layers.get(layerId);
    if (layer !== undefined) deliverTo(tree, layer);
  }
  return refused;
}

/**
 * Whether a deposit is one that was lost: it was taken once already, under the number that it had. Its layer may have
 * used it since, so it must not be taken again. Its expiry follows from the time of its block, which is another now.
 */
function isMadeAgain(tree: Tree, deposit: Deposit): boolean {
  const { id } = deposit;
  const all = [...tree.lost.values()];
  if (all.some(({ number }) => number === id)) return true;
  const equal = all.filter((lost) => lost.number === undefined && isSame(lost.deposit, deposit));
  const lost = equal.find((candidate) => candidate.deposit.id === id) ?? equal[0];
  if (lost === undefined) return false;
  putLost(tree, { deposit: { ...lost.deposit, expiry: deposit.expiry }, number: id });
  const waiting = tree.deposits.get(lost.deposit.id);
  if (waiting !== undefined) putDeposit(tree, { ...waiting, expiry: deposit.expiry });
  return true;
}

function putDeposit(tree: Tree, deposit: Deposit): void {
  tree.deposits.set(deposit.id, deposit);
  put(tree, "deposits", String(deposit.id), deposit);
}

function isSame(a: DepositItem, b: DepositItem): boolean {
  return (
    a.layer === b.layer &&
    a.asset === b.asset &&
    a.amount === b.amount &&
    a.recipient === b.recipient &&
    a.payload === b.payload
  );
}
