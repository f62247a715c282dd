import { wordsOfBlob } from "@frond/contracts";
import { readSegments } from "@frond/protocol";
import type { FollowerStore } from "./rows/openFollowerStore.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import { advanceState, type CommitteeWords, type HiddenFrom } from "./state/advanceState.ts";
import { inOrder, readPublished, type StateBlock } from "./tree/applySegments.ts";

/** Asks committees again for what layers wait for, and moves those that get it through all their blocks since. */
export async function retryWaiting(
  store: FollowerStore,
  {
    blobs,
    committeeWords,
    final,
  }: { readonly blobs: KeptBlobs; readonly committeeWords: CommitteeWords; readonly final: number },
): Promise<void> {
  for (const [layerId, state] of store.states) {
    const { status } = state;
    if (status.kind !== "waiting") continue;
    // The first block that is missing tells whether it is of use to read the others again.
    const missed = blocksSince(store, { layerId, blobs, from: status, after: state.time });
    const first = missed.next().value;
    if (first === undefined || (await committeeWords(first)) === undefined) continue;
    const rows = store.rowsOf(layerId);
    const moved = await advanceState({ rows, state }, { blocks: [first, ...missed], committeeWords });
    if (moved.state.time === state.time) continue;
    const isFinal = (store.epoch(store.lastEpoch())?.block ?? 0) <= final;
    await store.commit({ epochs: [], layers: new Map(), states: new Map([[layerId, moved]]), isFinal });
  }
}

type From = Pick<HiddenFrom, "epoch" | "config">;

/**
 * The blocks of a layer behind a time, as the kept blobs tell them, each with the config that the layer had then; the
 * first of them is of the epoch `from`, and had its config.
 */
export function* blocksSince(
  store: FollowerStore,
  { layerId, blobs, from, after }: { layerId: bigint; blobs: KeptBlobs; from: From; after: number },
): Generator<StateBlock, undefined> {
  let { config } = from;
  let isBegun = false;
  for (let { epoch } = from; epoch <= store.lastEpoch(); epoch++) {
    const { versionedHash } = store.epoch(epoch)!;
    const blob = versionedHash === undefined ? undefined : blobs.get(versionedHash);
    if (blob === undefined) continue;
    for (const { kind, time, stateRoot, blockWords, config: next } of inOrder(readSegments(wordsOfBlob(blob))).get(
      layerId,
    ) ?? []) {
      // Upgrades before the first block are in the config already.
      if (kind === "upgrade" && isBegun) config = next!;
      if (kind !== "block" || time <= after) continue;
      isBegun = true;
      yield { layerId, epoch, time, stateRoot, published: readPublished(blockWords), config };
    }
  }
  return undefined;
}
