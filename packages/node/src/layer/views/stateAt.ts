import type { Field } from "@frond/foundation";
import type { StateAccess } from "@frond/language";
import type { Store } from "@frond/store";
import { notFound, tooFarBack } from "../../rpc/errors.ts";

/** So many blocks before the last sealed one a node still knows the state: that takes the witnesses of all since. */
export const VIEWED_BLOCKS = 16;

/**
 * The state after a sealed block: what the tree has, but for the entries that later blocks have changed, whose
 * witnesses have the values before.
 * @throws RpcError not-found, too-far-back
 */
export function stateAt(store: Store, number: number, entryWidth: number): StateAccess {
  store.refresh();
  const last = store.lastBlockNumber();
  if (number > last) throw notFound("sealed block", String(number));
  const first = Math.max(store.firstBlockNumber(), last - VIEWED_BLOCKS);
  if (number < first) throw tooFarBack(number, first);
  const before = new Map<Field, readonly Field[] | undefined>();
  for (let later = last; later > number; later--) {
    const { entries, inserts } = store.witness(later)!.witnessSet;
    for (const entry of entries) before.set(entry.key, entry.before);
    for (const { key } of inserts) before.set(key, undefined);
  }
  const zeros = new Array<Field>(entryWidth).fill(0n);
  return {
    get(key) {
      if (before.has(key)) return before.get(key) ?? zeros;
      const index = store.leaves.indexOf(key);
      return (index === undefined ? undefined : store.leaves.get(index)?.values) ?? zeros;
    },
  };
}
