import type { QueueStore, QueueTable } from "./types.ts";

/**
 * A store for tests: what it holds does not survive the process. It copies what goes in and out, as one on disk does.
 */
export function memoryQueueStore(): QueueStore {
  return { jobs: memoryTable(), results: memoryTable(), inputs: memoryTable(), workers: memoryTable() };
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
