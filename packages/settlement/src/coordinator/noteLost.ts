import { type LostDeposit, putLost } from "../machine/tree.ts";
import type { DepositItem } from "../types.ts";
import type { Core } from "./core.ts";

/**
 * After a reorganisation of L1: which deposits that were taken L1 does not have any more under their numbers, of those
 * that have not settled, and of epochs that are settled again. `block` is the last one that was read since; the other
 * queue of L1 may be read further.
 */
export async function findLost(
  core: Core,
  { block, isOfQueue }: { readonly block: number; isOfQueue(id: number): boolean },
): Promise<LostDeposit[]> {
  const { tree, dependencies, ledger } = core;
  const { layerOne } = dependencies;
  const taken = new Map<number, DepositItem>(tree.deposits);
  for (let epoch = (await layerOne.state()).epoch; epoch <= ledger.epoch; epoch++)
    for (const deposit of layerOne.depositsOfEpoch(epoch)) taken.set(deposit.id, deposit);
  for (const { deposit, number } of tree.lost.values())
    taken.set(deposit.id, number === undefined ? deposit : { ...deposit, id: number });
  const byNumber = new Map([...taken].map(([label, deposit]) => [deposit.id, label]));
  const ofQueue = [...taken.values()].filter(({ id }) => isOfQueue(id));
  const gone = await layerOne.lostDeposits(ofQueue, block);
  return gone.map((deposit) => {
    const id = byNumber.get(deposit.id)!;
    return { deposit: { ...deposit, id }, number: undefined };
  });
}

/** Notes them; what is made again is then known. */
export function noteLost({ tree, logger }: Core, lost: readonly LostDeposit[]): void {
  for (const found of lost) putLost(tree, found);
  if (lost.length > 0)
    logger.warn("A reorganisation of L1 has undone deposits; what used them settles when they are made again", {
      deposits: lost.map(({ deposit }) => deposit.id),
    });
}
