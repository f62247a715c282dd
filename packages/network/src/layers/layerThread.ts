import { parentPort, workerData } from "node:worker_threads";
import { createLogger } from "@frond/foundation";
import type { LayerFile } from "../directory/layerFile.ts";
import { runLayer } from "./runLayer.ts";

/** What the thread is given at its start. */
export type LayerThreadData = {
  readonly layer: LayerFile;
  readonly dataDirectory: string;
  readonly coordinatorUrl: string;
  readonly host: string;
  readonly port?: number;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly debug: boolean;
};

/** What it says. */
export type LayerThreadNews =
  | { readonly type: "ready"; readonly url: string }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  | { readonly type: "failed"; readonly reason: string; readonly code?: string }
  | { readonly type: "closed" };

const port = parentPort!;
const { debug, coordinatorUrl, ...options } = workerData as LayerThreadData;
const say = (news: LayerThreadNews): void => port.postMessage(news);

const logger = createLogger({
  level: debug ? "debug" : "info",
  sink: ({ level, message, fields }) => say({ type: "log", level, message, fields: plain(fields) }),
});

try {
  const node = await runLayer({ ...options, coordinatorUrl: () => coordinatorUrl, logger });
  say({ type: "ready", url: node.url });
  void node.failed.then(sayFailed);
  port.on("message", async (message: unknown) => {
    if (message !== "close") return;
    await node.close();
    say({ type: "closed" });
    port.close();
  });
} catch (error) {
  sayFailed(error);
  port.close();
}

function sayFailed(error: unknown): void {
  const { message, code } = (error ?? {}) as { message?: string; code?: string };
  say({ type: "failed", reason: message ?? String(error), ...(code === undefined ? {} : { code }) });
}

/** Only what a message between threads can carry. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "object"
        ? JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part))
        : value,
    ]),
  );
}
