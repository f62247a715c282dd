import type { JsMsg } from "@nats-io/jetstream";
import type { Demand, Pool, PoolEvents, Seat } from "../../pool/types.ts";
import { createLimiter } from "../../process/limiter.ts";
import { createAwakeClock } from "../awakeClock.ts";
import { notePresence } from "./followWorkers.ts";
import { offerAgain, offerTask } from "./offerTask.ts";
import { followConnection, openPool } from "./openPool.ts";
import { type NatsPoolOptions, PoolClosed, type PoolState } from "./poolState.ts";
import { sweepOffers } from "./sweepOffers.ts";
import { mayOffer, presentViews } from "./workers.ts";

/**
 * Workers on other machines. Jobs lie in a work queue stream from which workers take what fits them; a worker whose
 * lease runs out loses its job to another. Only as many are offered as idle workers will soon take (twice as many), so
 * that a job that becomes urgent waits for few others. Nothing that comes from a worker is believed here.
 */
export function createNatsPool(options: NatsPoolOptions, events: PoolEvents): Pool {
  const state = createState(options, events);
  const { connection } = options.link;
  const { names } = options;
  const subscription = connection.subscribe(names.presence("*"), {
    callback: (_, message) => notePresence(state, message),
  });
  const sweeping = setInterval(() => void sweepOffers(state), options.heartbeatSeconds * 1_000);
  sweeping.unref();
  // Both end when the queue is closed.
  openPool(state).catch(() => {});
  followConnection(state).catch(() => {});
  let closing: Promise<void> | undefined;
  return {
    keepsOrder: false,
    // A worker with more memory may still come.
    requireRoom() {},
    reserve: (demand) => reserve(state, demand),
    workers: () =>
      presentViews(state).map(({ id, host, workers, memoryBytes, running }) => ({
        id,
        host,
        workers,
        memoryBytes,
        running,
      })),
    ignore(worker) {
      state.ignored.add(worker);
      if (state.isOpen) connection.publish(names.ignored(worker));
      for (const entry of state.offers.values()) if (entry.worker === worker) void offerAgain(state, entry);
    },
    close() {
      closing ??= (async () => {
        state.ended.abort(new PoolClosed());
        clearInterval(sweeping);
        subscription.unsubscribe();
        await state.results?.close();
        await connection.close();
      })();
      return closing;
    },
  };
}

function createState(options: NatsPoolOptions, events: PoolEvents): PoolState {
  const state: PoolState = {
    ...options,
    events,
    offers: new Map(),
    seated: new Map(),
    views: new Map(),
    ignored: new Set(),
    uploaded: new Set(),
    clock: createAwakeClock({
      longestStep: 2 * options.heartbeatSeconds * 1_000,
      isHearing: () => state.isConnected,
    }),
    inInputs: createLimiter(1),
    results: undefined,
    caughtUp: Promise.resolve(),
    isConnected: true,
    isOpen: false,
    ended: new AbortController(),
  };
  return state;
}

function reserve(state: PoolState, demand: Demand): Seat | undefined {
  if (!state.isOpen || state.ended.signal.aborted || !mayOffer(state, demand)) return undefined;
  state.seated.set(demand.id, demand);
  let message: JsMsg | undefined;
  return {
    async run(task, signal) {
      const answer = await offerTask(state, task, signal);
      message = answer.message;
      return answer.claim;
    },
    release() {
      state.seated.delete(demand.id);
      // Only now is the result kept, or known to be worthless.
      message?.ack();
      message = undefined;
    },
  };
}
