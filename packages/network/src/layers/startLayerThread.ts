import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { endsWithin, type Logger } from "@frond/foundation";
import { LayerStoppedError } from "../errors.ts";
import type { LayerThreadData, LayerThreadNews } from "./layerThread.ts";

/** A layer that runs in a thread of this process. */
export type RunningLayer = { readonly name: string; readonly url: string; close(): Promise<void> };

export type LayerThread = {
  /** Resolves when the layer's node answers. Rejects with {@link LayerStoppedError}. */
  readonly started: Promise<RunningLayer>;
  /** Closes the layer's node, also one that is still starting. A thread that does not close in time is ended. */
  close(): Promise<void>;
};

/** After which a thread that is to close is ended: what was acknowledged is on disk. */
const CLOSE_MILLISECONDS = 10_000;

/**
 * Runs a layer in a thread of its own, so that layers share the cores of the machine. `onFailed` is told of a
 * {@link LayerStoppedError} after the start.
 */
export function startLayerThread(
  data: LayerThreadData,
  { logger, onFailed }: { readonly logger: Logger; readonly onFailed: (error: unknown) => void },
): LayerThread {
  const { name } = data.layer;
  const worker = new Worker(fileURLToPath(new URL("./layerThread.mjs", import.meta.url)), {
    workerData: data,
    execArgv: [],
  });
  let isClosing = false;
  let isReady = false;
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));

  async function close(): Promise<void> {
    isClosing = true;
    // A node that is still starting has no way to be told.
    if (isReady) worker.postMessage("close");
    else await worker.terminate();
    if (await endsWithin(ended, CLOSE_MILLISECONDS)) return;
    logger.warn(`Layer ${name} did not close in time, and is ended`);
    await worker.terminate();
  }

  let failure: LayerStoppedError | undefined;
  const started = new Promise<RunningLayer>((resolve, reject) => {
    const stopped = (reason: string, code?: string) => {
      const error = new LayerStoppedError(name, reason, code);
      if (isClosing) return reject(failure ?? error); // Of no effect once it has started.
      if (isReady) return onFailed(error);
      // What it had opened is closed; whatever still keeps the thread would keep the process.
      isClosing = true;
      failure = error;
      void worker.terminate();
    };
    worker.on("message", (news: LayerThreadNews) => {
      if (news.type === "log") logger[news.level](`${name}: ${news.message}`, news.fields);
      else if (news.type === "failed") stopped(news.reason, news.code);
      else if (news.type === "ready" && !isClosing) {
        isReady = true;
        resolve({ name, url: news.url, close });
      }
    });
    worker.once("error", (error) => stopped(error.message));
    worker.once("exit", (code) => stopped(`its thread ended with code ${code}`));
  });
  started.catch(() => {});
  return { started, close };
}
