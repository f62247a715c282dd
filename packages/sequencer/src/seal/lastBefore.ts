import type { Store } from "@frond/store";

/**
 * Finds the last sealed block of an epoch before the given one; 0 if there is none. Looks the blocks up once for an
 * epoch and session: the blocks that come are of that epoch.
 */
export function createLastBefore(
  store: Pick<Store, "block" | "lastBlockNumber">,
  session: () => number,
): (epoch: number) => number {
  let known: { readonly epoch: number; readonly session: number; readonly block: number } | undefined;
  return (epoch) => {
    if (known?.epoch !== epoch || known.session !== session()) {
      let block = store.lastBlockNumber();
      // What is not kept any more has settled long ago.
      while (block > 0 && (store.block(block)?.epoch ?? 0) >= epoch) block--;
      known = { epoch, session: session(), block };
    }
    return known.block;
  };
}
