import type { Field } from "@frond/foundation";
import type { Store } from "@frond/store";
import type { BlockPlace } from "../order/types.ts";
import { type Preconfirmation, type Promised, signPreconfirmations } from "./preconfirmation.ts";

/** What was promised: to transactions that wait to be sealed, from memory; to sealed ones, from the store. */
export type Promises = {
  readonly unsealed: number;
  /** A transaction was executed and has this place. */
  add(hash: Field, place: BlockPlace): Promised;
  of(hash: Field): Promised | undefined;
  /** These are sealed. */
  sealed(hashes: readonly Field[]): void;
  /** Nothing waits to be sealed any more. */
  clear(): void;
  sign(promised: readonly Promised[]): Preconfirmation[];
};

export function createPromises(
  { layerId, secret }: { readonly layerId: Field; readonly secret: bigint },
  { store }: { readonly store: Pick<Store, "transactionPlace" | "block"> },
): Promises {
  const unsealed = new Map<Field, Promised>();
  return {
    get unsealed() {
      return unsealed.size;
    },
    add(hash, place) {
      const promised = { layerId, transactionHash: hash, ...place };
      unsealed.set(hash, promised);
      return promised;
    },
    of(hash) {
      const waiting = unsealed.get(hash);
      if (waiting !== undefined) return waiting;
      const place = store.transactionPlace(hash);
      const block = place && store.block(place.block);
      return place && block && { layerId, transactionHash: hash, time: block.time, epoch: block.epoch, ...place };
    },
    sealed(hashes) {
      for (const hash of hashes) unsealed.delete(hash);
    },
    clear: () => unsealed.clear(),
    sign: (promised) => signPreconfirmations(promised, secret),
  };
}
