import { createLogger } from "@frond/foundation";
import type { LayerFile } from "../directory/layerFile.ts";
import { lockRunning } from "../directory/lockDirectory.ts";
import type { ObservedCall } from "./observeCalls.ts";
import { runLayer } from "./runLayer.ts";

/** What the process is told first. */
export type LayerProcessData = {
  readonly layer: LayerFile;
  readonly dataDirectory: string;
  readonly coordinatorUrl: string;
  readonly host: string;
  readonly port?: number;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly keepEpochs?: number;
  /** Whether it says every call. */
  readonly saysCalls?: boolean;
  readonly debug: boolean;
};

/** What it is told. */
export type LayerProcessOrder =
  | { readonly type: "start"; readonly data: LayerProcessData }
  | { readonly type: "close" };

/** What it says. */
export type LayerProcessNews =
  | { readonly type: "ready"; readonly url: string }
  | {
      readonly type: "log";
      readonly level: "debug" | "info" | "warn" | "error";
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  | { readonly type: "call"; readonly call: ObservedCall }
  | { readonly type: "failed"; readonly reason: string; readonly code?: string };

const say = (news: LayerProcessNews): void => void process.send?.(news);

// Without the network's process nobody would end this one.
process.on("disconnect", () => process.exit(1));
// Ctrl-C goes to every process of the terminal; the network's closes this one in its turn.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => {});

process.on("message", (order: LayerProcessOrder) => {
  if (order.type === "start") void run(order.data);
});

async function run({ debug, saysCalls = false, coordinatorUrl, ...options }: LayerProcessData): Promise<void> {
  const logger = createLogger({
    level: debug ? "debug" : "info",
    sink: ({ level, message, fields }) => say({ type: "log", level, message, fields: plain(fields) }),
  });
  try {
    await lockRunning(options.dataDirectory, options.layer.name);
    const observed = saysCalls ? { onCall: (call: ObservedCall) => say({ type: "call", call }) } : {};
    const node = await runLayer({ ...options, ...observed, coordinatorUrl: () => coordinatorUrl, logger });
    say({ type: "ready", url: node.url });
    void node.failed.then(sayFailed);
    process.on("message", async (order: LayerProcessOrder) => {
      if (order.type !== "close") return;
      await node.close();
      process.exit(0);
    });
  } catch (error) {
    sayFailed(error);
  }
}

function sayFailed(error: unknown): void {
  const { message, code } = (error ?? {}) as { message?: string; code?: string };
  say({ type: "failed", reason: message ?? String(error), ...(code === undefined ? {} : { code }) });
}

/** Only what a message between processes should carry. */
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
