import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts a module in a thread. Node's threads don't inherit the loader that lets a process run TypeScript, so a thread
 * of a TypeScript module registers the loader first.
 */
export function startThread(entry: URL, options: Omit<WorkerOptions, "eval"> = {}): Worker {
  if (!entry.pathname.endsWith(".ts")) return new Worker(entry, options);
  const source = `
    import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))})
      .then(({ register }) => register())
      .then(() => import(${JSON.stringify(entry.href)}))
      .catch((error) => setImmediate(() => { throw error; }));`;
  return new Worker(source, { ...options, eval: true });
}

/** The options of Node with which a process runs a module as a thread does: see {@link startThread}. */
export function loaderOptionsOf(entry: URL): string[] {
  return entry.pathname.endsWith(".ts") ? ["--import", import.meta.resolve("tsx")] : [];
}
