import { type Field, retry, sleep } from "@frond/foundation";
import { fieldSchema } from "@frond/protocol";
import * as z from "zod";
import { parseAnswer } from "../callRpc.ts";
import { RpcError } from "../errors.ts";
import type { NodeApi } from "../nodeApi.ts";
import type { Transport } from "../transport/types.ts";
import { isAway } from "../unlessAway.ts";
import { createKeySubscription } from "./createKeySubscription.ts";

type ValuesListener = {
  onValues(values: readonly Field[] | null): void;
  onError(error: unknown): void;
};

export type EntryWatch = {
  /** Until the function that this returns is called. */
  add(key: Field, listener: ValuesListener): () => void;
  close(): void;
};

/** Between two looks at a node that does not tell of changes. */
const POLL_MILLISECONDS = 1_000;
/** Changes of what is watched that are taken together: a page mounts many parts at once. */
const GATHER_MILLISECONDS = 20;

/** A watched entry: its last values, and who watches. Values are undefined until the first are known. */
type Watched = { values: readonly Field[] | null | undefined; readonly listeners: Set<ValuesListener> };

const eventSchema = z.looseObject({
  entries: z.array(z.object({ key: fieldSchema, values: z.array(fieldSchema).nullable() })),
});

/**
 * Watches entries over one connection, each once however many listen: by subscriptions where the transport has them and
 * the node takes them, else by asking again. A listener hears of changes only.
 */
export function createEntryWatch({ node, transport }: { node: NodeApi; transport: Transport }): EntryWatch {
  const watched = new Map<Field, Watched>();
  const closing = new AbortController();
  const subscription = createKeySubscription(transport, onEvent);
  let canSubscribe = transport.subscribe !== undefined;
  let isRunning = false;
  let hasChanged = new AbortController();

  function tell(key: Field, values: readonly Field[] | null): void {
    const entry = watched.get(key);
    if (entry === undefined || (entry.values !== undefined && areEqual(entry.values, values))) return;
    entry.values = values;
    for (const listener of [...entry.listeners]) listener.onValues(values);
  }

  /** Follows what is watched, for as long as anything is. */
  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    const { signal } = closing;
    try {
      await sleep(GATHER_MILLISECONDS, { signal });
      while (watched.size > 0 && !signal.aborted) {
        hasChanged = new AbortController();
        await retry(step, { what: "Watching entries", signal, isFinal });
        const wake = AbortSignal.any([signal, hasChanged.signal]);
        if (canSubscribe) await untilAborted(wake);
        else await sleep(POLL_MILLISECONDS, { signal: wake });
        await sleep(canSubscribe ? GATHER_MILLISECONDS : 0, { signal });
      }
    } catch (error) {
      if (!signal.aborted)
        for (const { listeners } of watched.values()) for (const one of listeners) one.onError(error);
    } finally {
      isRunning = false;
    }
    if (!signal.aborted) await subscription.set([]).catch(() => {});
  }

  async function step(): Promise<void> {
    if (canSubscribe) await subscription.set([...watched.keys()]).catch(withoutSubscriptions);
    if (!canSubscribe) await read([...watched.keys()]);
  }

  function withoutSubscriptions(error: unknown): void {
    if (!(error instanceof RpcError) || error.code !== "rpc/not-published") throw error;
    canSubscribe = false;
  }

  function onEvent(event: unknown): void {
    for (const { key, values } of parseAnswer("frond_subscribe", eventSchema, event).entries) tell(key, values);
  }

  async function read(keys: readonly Field[]): Promise<void> {
    const answers = await Promise.all(keys.map((key) => node.entry(key)));
    answers.forEach(({ values }, i) => void tell(keys[i]!, values ?? null));
  }

  return {
    add(key, listener) {
      const entry: Watched = watched.get(key) ?? { values: undefined, listeners: new Set() };
      const own: ValuesListener = { ...listener };
      watched.set(key, entry);
      entry.listeners.add(own);
      if (entry.values !== undefined) queueMicrotask(() => entry.listeners.has(own) && own.onValues(entry.values!));
      hasChanged.abort();
      void run();
      return () => {
        entry.listeners.delete(own);
        if (entry.listeners.size > 0 || watched.get(key) !== entry) return;
        watched.delete(key);
        hasChanged.abort();
      };
    },
    close() {
      closing.abort();
      watched.clear();
    },
  };
}

/** An error that no retry mends: the node's own, unless it says otherwise. */
function isFinal(error: unknown): boolean {
  return error instanceof RpcError && !isAway(error);
}

function areEqual(a: readonly Field[] | null, b: readonly Field[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
