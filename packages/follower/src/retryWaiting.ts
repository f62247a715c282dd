import { DataAvailability, readSegments } from "@frond/protocol";
import { blobToWords } from "./blob/blob.ts";
import type { FollowerStore } from "./rows/openFollowerStore.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import { advanceState, type CommitteeWords } from "./state/advanceState.ts";
import { readPublished, type StateBlock } from "./tree/applySegments.ts";

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
    const missed = blocksOf(store, { layerId, blobs, from: status.epoch, after: state.time });
    const first = missed.next().value;
    if (first === undefined || (await committeeWords(first)) === undefined) continue;
    const rows = store.rowsOf(layerId);
    const moved = await advanceState({ rows, state }, { blocks: [first, ...missed], committeeWords });
    if (moved.state.time === state.time) continue;
    const isFinal = (store.epoch(store.lastEpoch())?.block ?? 0) <= final;
    await store.commit({ epochs: [], layers: new Map(), states: new Map([[layerId, moved]]), isFinal });
  }
}

/** The blocks of a layer behind a time, as the kept blobs tell them. */
function* blocksOf(
  store: FollowerStore,
  { layerId, blobs, from, after }: { layerId: bigint; blobs: KeptBlobs; from: number; after: number },
): Generator<StateBlock, undefined> {
  for (let epoch = from; epoch <= store.lastEpoch(); epoch++) {
    const { versionedHash } = store.epoch(epoch)!;
    const blob = versionedHash === undefined ? undefined : blobs.get(versionedHash);
    if (blob === undefined) continue;
    const own = readSegments(blobToWords(blob)).filter(
      (segment) => segment.layerId === layerId && segment.kind === "block" && segment.time > after,
    );
    own.sort((a, b) => a.time - b.time);
    // Whatever the layer has become: its words were a committee's then.
    for (const { time, stateRoot, blockWords } of own)
      yield {
        layerId,
        epoch,
        time,
        stateRoot,
        published: readPublished(blockWords),
        dataAvailability: DataAvailability.validium,
      };
  }
  return undefined;
}
