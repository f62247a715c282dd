import type { Field } from "@frond/foundation";
import type { Deposit } from "../types.ts";

/** Deposits that no settled epoch has used, by id, and by the layer that they are for. */
export type Deposits = Pick<Map<number, Deposit>, "get" | "has" | "keys" | "values" | "clear" | "size"> & {
  [Symbol.iterator](): IterableIterator<[number, Deposit]>;
  set(id: number, deposit: Deposit): void;
  delete(id: number): void;
  /** Those of one layer, in order: found without a look at those of others, of which there may be very many. */
  of(layerId: Field): readonly Deposit[];
  /** Layers that some are for. */
  layers(): Iterable<Field>;
};

export function createDeposits(): Deposits {
  const byId = new Map<number, Deposit>();
  const byLayer = new Map<Field, Map<number, Deposit>>();
  /** What `of` gave last, of layers of which nothing has changed since. */
  const inOrder = new Map<Field, readonly Deposit[]>();

  function remove(id: number): void {
    const known = byId.get(id);
    if (known === undefined) return;
    byId.delete(id);
    inOrder.delete(known.layer);
    const own = byLayer.get(known.layer)!;
    own.delete(id);
    if (own.size === 0) byLayer.delete(known.layer);
  }

  return {
    get: (id) => byId.get(id),
    has: (id) => byId.has(id),
    keys: () => byId.keys(),
    values: () => byId.values(),
    clear() {
      for (const id of [...byId.keys()]) remove(id);
    },
    get size() {
      return byId.size;
    },
    [Symbol.iterator]: () => byId.entries(),
    set(id, deposit) {
      remove(id);
      byId.set(id, deposit);
      const own = byLayer.get(deposit.layer) ?? new Map<number, Deposit>();
      byLayer.set(deposit.layer, own.set(id, deposit));
      inOrder.delete(deposit.layer);
    },
    delete: remove,
    of(layerId) {
      const known = inOrder.get(layerId) ?? [...(byLayer.get(layerId)?.values() ?? [])].sort((a, b) => a.id - b.id);
      if (known.length > 0) inOrder.set(layerId, known);
      return known;
    },
    layers: () => byLayer.keys(),
  };
}
