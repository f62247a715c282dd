import { Worker } from "node:worker_threads";

const TSX_API = import.meta.resolve("tsx/esm/api");

/**
 * Starts a module in a thread. Node's threads don't inherit the loader that lets a process run TypeScript, so the
 * thread registers it first.
 */
export function startThread(entry: URL): Worker {
  const source = `
    import(${JSON.stringify(TSX_API)})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(entry.href)}))
      .catch((error) => setImmediate(() => { throw error; }));`;
  return new Worker(source, { eval: true });
}
