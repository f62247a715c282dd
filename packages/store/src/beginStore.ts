import { createGenesisTree, type GenesisEntry } from "@frond/protocol";
import { createOverlay } from "./overlay.ts";
import type { Store } from "./types.ts";

/**
 * Writes the entries that a layer begins with into a store without any state; does nothing to another one. Everything
 * is written or nothing.
 */
export async function beginStore(store: Store, entries: readonly GenesisEntry[]): Promise<void> {
  if (entries.length === 0 || store.leaves.get(0) !== undefined) return;
  const overlay = createOverlay(store);
  createGenesisTree({ entryWidth: store.identity.entryWidth, ...overlay }, entries);
  await store.begin(overlay.changes());
}
