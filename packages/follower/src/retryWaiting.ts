import { wordsOfBlob } from "@frond/contracts";
import { readSegments } from "@frond/protocol";
import type { FollowerStore } from "./rows/openFollowerStore.ts";
import type { KeptBlobs } from "./sources/keptBlobs.ts";
import { advanceState, type CommitteeWords, type HiddenFrom } from "./state/advanceState.ts";
import { inOrder, readPublished, type StateBlock } from "./tree/applySegments.ts";

type RetryOptions = { readonly blobs: KeptBlobs; readonly committeeWords: CommitteeWords };

/** Whether the committee tells the words of the block that a layer waits for. */
type Question = { readonly time: number; readonly answer: Promise<boolean>; isOver: boolean };

/** So many times as long as a layer's blocks were asked for in vain, it is not moved. */
const PAUSE_FACTOR = 5;

/**
 * Asks committees again for what layers wait for, and moves those that get it through all their blocks since. Nobody
 * waits for the answer about the first block: a committee that is dead costs a follower nothing. One that falls silent
 * after each block takes a sixth of a follower's time at most.
 */
export function createWaitingRetry(store: FollowerStore, options: RetryOptions): (final: number) => Promise<void> {
  const questions = new Map<bigint, Question>();
  const retryAt = new Map<bigint, number>();
  return async (final) => {
    for (const [layerId, { status }] of store.states) {
      if (status.kind !== "waiting") questions.delete(layerId);
      else if (performance.now() >= (retryAt.get(layerId) ?? 0)) {
        const begun = performance.now();
        const ask = () => isToldNow(store, options, { layerId, time: status.time });
        const isTold = await takeAnswer(questions, { layerId, ask, status });
        if (!isTold || (await moveOn(store, options, { layerId, final }))) continue;
        const now = performance.now();
        retryAt.set(layerId, now + PAUSE_FACTOR * (now - begun));
      }
    }
  };
}

/** Whether the words are there; asks for them if that is not being done. @throws what the committee's client throws */
async function takeAnswer(
  questions: Map<bigint, Question>,
  { layerId, status, ask }: { layerId: bigint; status: { readonly time: number }; ask: () => Promise<boolean> },
): Promise<boolean> {
  const asked = questions.get(layerId);
  if (asked?.time === status.time) {
    if (!asked.isOver) return false;
    questions.delete(layerId);
    if (await asked.answer) return true;
  }
  const question: Question = { time: status.time, answer: ask(), isOver: false };
  questions.set(layerId, question);
  const end = () => {
    question.isOver = true;
  };
  question.answer.then(end, end);
  return false;
}

/** Whether the committee tells the words of the first block of which it has not. */
async function isToldNow(
  store: FollowerStore,
  { blobs, committeeWords }: RetryOptions,
  { layerId, time }: { readonly layerId: bigint; readonly time: number },
): Promise<boolean> {
  for (const block of missedBlocks(store, { blobs, layerId }))
    if (block.time >= time) return (await committeeWords(block)) !== undefined;
  return false;
}

function missedBlocks(
  store: FollowerStore,
  { blobs, layerId }: { readonly blobs: KeptBlobs; readonly layerId: bigint },
) {
  const { status, time: after } = store.states.get(layerId)!;
  return blocksSince(store, { layerId, blobs, from: status as From, after });
}

/** Whether the layer waits for nothing then. */
async function moveOn(
  store: FollowerStore,
  { blobs, committeeWords }: RetryOptions,
  { layerId, final }: { readonly layerId: bigint; readonly final: number },
): Promise<boolean> {
  const state = store.states.get(layerId)!;
  const blocks = [...missedBlocks(store, { blobs, layerId })];
  const moved = await advanceState({ rows: store.rowsOf(layerId), state }, { blocks, committeeWords });
  if (moved.state.time !== state.time) {
    const isFinal = (store.epoch(store.lastEpoch())?.block ?? 0) <= final;
    await store.commit({ epochs: [], layers: new Map(), states: new Map([[layerId, moved]]), isFinal });
  }
  return moved.state.status.kind !== "waiting";
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
