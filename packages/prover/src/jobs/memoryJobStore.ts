import type { JobStore, JobTable } from "./types.ts";

/** A job store for tests. It copies what goes in and out, as one on disk does. */
export function memoryJobStore(): JobStore {
  return { jobs: memoryTable(), results: memoryTable() };
}

function memoryTable<T>(): JobTable<T> {
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
