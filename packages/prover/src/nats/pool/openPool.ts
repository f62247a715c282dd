import { sleep } from "@frond/foundation";
import { consumerOf, SIZE_LOGS } from "../names.ts";
import { COORDINATOR } from "../queueStreams.ts";
import { followResults } from "./followWorkers.ts";
import { insist, type PoolState } from "./poolState.ts";

/** In which workers answer a queue that has just begun. */
const HELLO_MILLISECONDS = 400;
/** The longest that results from before the start are waited for. */
const BACKLOG_MILLISECONDS = 10_000;

/**
 * Opens the pool, and joins NATS again whenever the connection was away. What lies in the stream was offered by a queue
 * that has ended; what workers are at, they say. @throws PoolClosed when the pool is closed
 */
export async function openPool(state: PoolState): Promise<void> {
  const { link, names } = state;
  const open = async () => {
    await link.manager.streams.purge(names.jobsStream);
    await renewConsumers(state);
    link.connection.publish(names.hello);
    await sleep(HELLO_MILLISECONDS);
    await followResults(state);
    await Promise.race([state.caughtUp, sleep(BACKLOG_MILLISECONDS)]);
  };
  await insist(state, { what: "Opening the queue in NATS", work: open });
  state.isOpen = true;
  state.events.onRoom();
  for await (const { type } of link.connection.status()) {
    if (type !== "reconnect" || state.ended.signal.aborted) continue;
    await insist(state, { what: "Joining NATS again", work: () => joinAgain(state) }).catch(() => {});
  }
}

/** Follows whether NATS is there: what nobody could say while it was away is not held against a worker. */
export async function followConnection(state: PoolState): Promise<void> {
  for await (const { type } of state.link.connection.status()) {
    state.clock.now();
    if (type === "disconnect") state.isConnected = false;
    if (type === "reconnect") state.isConnected = true;
  }
}

/**
 * After a purge NATS 2.9 may count wrongly what a consumer has to give, and then answer that there is nothing. A new
 * one counts anew. A new one for results gives at once what the queue before was given and did not get done with.
 */
async function renewConsumers({ link: { manager }, names, makeStreams }: PoolState): Promise<void> {
  const removals = SIZE_LOGS.map((log) => manager.consumers.delete(names.jobsStream, consumerOf(log)));
  removals.push(manager.consumers.delete(names.resultsStream, COORDINATOR));
  // One that is not there any more need not be removed.
  await Promise.allSettled(removals);
  await makeStreams();
}

/** NATS may have lost what it held. Offers that are missing are found by the next sweeps. */
async function joinAgain(state: PoolState): Promise<void> {
  state.uploaded.clear();
  await state.makeStreams();
  await followResults(state);
}
