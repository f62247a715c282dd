import type { JsMsg } from "@nats-io/jetstream";
import type { Msg } from "@nats-io/transport-node";
import { noteGap } from "../judgeOffer.ts";
import { decode, decodeResult, presenceSchema } from "../messages.ts";
import { lastToken } from "../names.ts";
import { COORDINATOR } from "../queueStreams.ts";
import { offerAgain, takeOffer } from "./offerTask.ts";
import type { PoolState } from "./poolState.ts";

/** Reads a worker's sign of life: what it is at, and what it is not at any more. */
export function notePresence(state: PoolState, message: Msg): void {
  const id = lastToken(message.subject);
  const presence = decode(presenceSchema, message.data);
  if (!presence || presence.referenceString !== state.referenceString) return;
  if (presence.isLeaving) state.views.delete(id);
  else {
    const now = state.clock.now();
    const { seenAt = now, gap = 0 } = state.views.get(id) ?? {};
    state.views.set(id, { ...presence, id, seenAt: now, gap: noteGap(gap, now - seenAt) });
  }
  if (state.ignored.has(id)) {
    state.link.connection.publish(state.names.ignored(id));
    return;
  }
  for (const entry of state.offers.values()) {
    const isRunning = presence.running.includes(entry.task.id);
    if (isRunning && entry.worker === undefined) takeOffer(state, entry, id);
    else if (!isRunning && entry.worker === id) {
      // A worker that goes gives its jobs back, and somebody else takes them.
      if (presence.isLeaving) void offerAgain(state, entry);
      else entry.droppedAt ??= state.clock.now();
    }
  }
  state.events.onRoom();
}

/** Takes results from now on; `caughtUp` resolves when those that lie there have been looked at. */
export async function followResults(state: PoolState): Promise<void> {
  await state.results?.close();
  const consumer = await state.link.js.consumers.get(state.names.resultsStream, COORDINATOR);
  const { num_pending, num_ack_pending } = await consumer.info();
  let backlog = num_pending + num_ack_pending;
  let onCaughtUp = () => {};
  state.caughtUp = new Promise((resolve) => {
    onCaughtUp = resolve;
  });
  if (backlog === 0) onCaughtUp();
  const callback = async (message: JsMsg) => {
    await receive(state, message).catch((error) =>
      state.logger.warn("A result was not looked at", { reason: String(error) }),
    );
    if (--backlog === 0) onCaughtUp();
  };
  state.results = await consumer.consume({ callback: (message) => void callback(message) });
}

async function receive(state: PoolState, message: JsMsg): Promise<void> {
  const worker = lastToken(message.subject);
  const result = decodeResult(worker, message.data);
  const entry = result && state.offers.get(result.job);
  if (!result) state.logger.warn("A worker sent what is not a result", { worker });
  else if (!entry) {
    if (!state.ignored.has(worker)) await state.events.onFound(result.job, result.claim);
  } else if (state.ignored.has(worker)) void offerAgain(state, entry);
  else return entry.accept(result.claim, message);
  message.ack();
}
