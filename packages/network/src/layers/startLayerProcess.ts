import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endsWithin, type Logger } from "@frond/foundation";
import { storeDirectory } from "../directory/layerFile.ts";
import { LayerCrashedError, LayerStoppedError } from "../errors.ts";
import type { LayerProcessData, LayerProcessNews, LayerProcessOrder } from "./layerProcess.ts";
import type { ObservedCall } from "./observeCalls.ts";

/** A layer that runs in a process below this one. */
export type RunningLayer = { readonly name: string; readonly url: string; close(): Promise<void> };

export type LayerProcess = {
  /** Resolves when the layer's node answers. @throws LayerStoppedError, LayerCrashedError */
  readonly started: Promise<RunningLayer>;
  readonly pid: number | undefined;
  /** Closes the layer's node. A process that is still starting, or does not close in time, is ended. */
  close(): Promise<void>;
};

export type LayerProcessDependencies = {
  readonly logger: Logger;
  /** Told of every call, if the process says them. */
  readonly onCall?: ((call: ObservedCall) => void) | undefined;
  /** Whether nobody needs what the layer has promised once it is closed: its process is ended at once. */
  readonly isDisposable?: boolean | undefined;
  /** Told after the start of a layer that fails for good ({@link LayerStoppedError}) or crashes. */
  readonly onFailed: (error: LayerStoppedError | LayerCrashedError) => void;
};

/** After which a process that is to close is ended: what was acknowledged is on disk. */
const CLOSE_MILLISECONDS = 15_000;

/** They end with this process, however it ends. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Those that have loaded all that a layer needs, and wait to be told which. */
const spares: ChildProcess[] = [];

/** Starts so many processes before layers need them. A layer that takes one starts in a fraction of the time. */
export function prepareLayerProcesses(count: number): void {
  while (spares.length < count) spares.push(forkProcess());
}

/** Ends those that no layer has taken. */
export function endPreparedProcesses(): void {
  for (const child of spares.splice(0)) child.kill("SIGKILL");
}

function forkProcess(): ChildProcess {
  const child = fork(fileURLToPath(new URL("./layerProcess.mjs", import.meta.url)), {
    execArgv: [],
    serialization: "advanced",
    // Standard output holds what the command answers.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  children.add(child);
  child.once("exit", () => {
    children.delete(child);
    const place = spares.indexOf(child);
    if (place >= 0) spares.splice(place, 1);
  });
  return child;
}

/**
 * Runs a layer in a process of its own: layers share the cores of the machine, and none takes others along when it
 * crashes.
 */
export function startLayerProcess(data: LayerProcessData, dependencies: LayerProcessDependencies): LayerProcess {
  const { logger, onFailed, onCall } = dependencies;
  const { name } = data.layer;
  const child = spares.pop() ?? forkProcess();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const tell = (order: LayerProcessOrder) => child.connected && child.send(order, () => {});
  let isClosing = false;
  let isReady = false;
  let failure: LayerStoppedError | undefined;

  async function close(): Promise<void> {
    isClosing = true;
    if (isReady && dependencies.isDisposable !== true) tell({ type: "close" });
    else child.kill("SIGKILL");
    if (await endsWithin(ended, CLOSE_MILLISECONDS)) return;
    logger.warn(`Layer ${name} did not close in time, and is ended`);
    child.kill("SIGKILL");
    await ended;
  }

  const started = new Promise<RunningLayer>((resolve, reject) => {
    child.on("message", (news: LayerProcessNews) => {
      if (news.type === "log") return logger[news.level](`${name}: ${news.message}`, news.fields);
      if (news.type === "call") return onCall?.(news.call);
      if (news.type === "failed") {
        failure = new LayerStoppedError(name, news.reason, news.code);
        if (isReady) return isClosing ? undefined : onFailed(failure);
        child.kill("SIGKILL"); // Whatever it has opened.
      } else if (!isClosing) {
        isReady = true;
        resolve({ name, url: news.url, close });
      }
    });
    child.once("error", (error) => reject(new LayerStoppedError(name, error.message)));
    child.once("exit", (code, signal) => {
      const store = storeDirectory(data.dataDirectory, name);
      const error = failure ?? new LayerCrashedError({ layer: name, how: signal ?? `code ${code}`, store });
      if (!isReady) reject(error);
      else if (!isClosing && failure === undefined) onFailed(error);
    });
  });
  started.catch(() => {});
  tell({ type: "start", data });
  return { started, pid: child.pid, close };
}
