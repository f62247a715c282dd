import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Logger } from "@frond/foundation";
import { LayerStoppedError } from "../errors.ts";
import type { LayerThreadData, LayerThreadNews } from "./layerThread.ts";

/** A layer that runs in a thread of this process. */
export type RunningLayer = { readonly name: string; readonly url: string; close(): Promise<void> };

/**
 * Runs a layer in a thread of its own, so that layers share the cores of the machine. Resolves when its node answers.
 * Throws {@link LayerStoppedError}; `onFailed` is told if that happens later.
 */
export function startLayerThread(
  data: LayerThreadData,
  { logger, onFailed }: { readonly logger: Logger; readonly onFailed: (error: unknown) => void },
): Promise<RunningLayer> {
  const { name } = data.layer;
  const worker = new Worker(fileURLToPath(new URL("./layerThread.mjs", import.meta.url)), {
    workerData: data,
    execArgv: [],
  });
  let isClosing = false;
  let isReady = false;
  return new Promise((resolve, reject) => {
    const stopped = (reason: string, code?: string) => {
      if (isClosing) return;
      const error = new LayerStoppedError(name, reason, code);
      if (isReady) return onFailed(error);
      // What it had opened is closed; whatever still keeps the thread would keep the process.
      isClosing = true;
      void worker.terminate().then(() => reject(error));
    };
    const ended = new Promise<void>((done) => worker.once("exit", () => done()));
    worker.on("message", (news: LayerThreadNews) => {
      if (news.type === "log") logger[news.level](`${name}: ${news.message}`, news.fields);
      else if (news.type === "failed") stopped(news.reason, news.code);
      else if (news.type === "ready") {
        isReady = true;
        resolve({
          name,
          url: news.url,
          async close() {
            isClosing = true;
            worker.postMessage("close");
            await ended;
          },
        });
      }
    });
    worker.once("error", (error) => stopped(error.message));
    worker.once("exit", (code) => stopped(`its thread ended with code ${code}`));
  });
}
