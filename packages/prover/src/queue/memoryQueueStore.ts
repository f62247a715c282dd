import type { QueueStore, QueueTable } from "./types.ts";

/** A store for tests, and for queues whose jobs need not survive the process. It copies what goes in and out, as one on disk does. */
export function memoryQueueStore(): QueueStore {
  return { jobs: memoryTable(), results: memoryTable(), inputs: memoryTable(), workers: memoryTable() };
}

/** The tables of a queue in a database that has many, such as `openTables` of @frond/store gives. */
export function queueStoreOf(tables: { table<T>(name: string): QueueTable<T> }): QueueStore {
  return {
    jobs: tables.table("queue-jobs"),
    results: tables.table("queue-results"),
    inputs: tables.table("queue-inputs"),
    workers: tables.table("queue-workers"),
  };
}

function memoryTable<T>(): QueueTable<T> {
  const values = new Map<string, T>();
  return {
    get: (key) => structuredClone(values.get(key)),
    async put(key, value) {
      values.set(key, structuredClone(value));
    },
    async delete(key) {
      values.delete(key);
    },
    entries: () => [...values].map(([key, value]) => [key, structuredClone(value)] as const),
  };
}
