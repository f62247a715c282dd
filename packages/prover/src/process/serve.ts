import { Worker } from "node:worker_threads";

type Request = { readonly id: number; readonly method: string; readonly argument: unknown };
export type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };

/** Answers one kind of request. `emit` sends events to the caller before the result. */
type Handler = (argument: never, emit: (event: unknown) => void) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

export type ServeOptions = {
  /** Runs when the parent goes away, just before the end. */
  readonly onOrphaned?: () => void;
};

/**
 * Makes this forked process answer requests of its parent until the parent goes away.
 * A process busy in WebAssembly hears no events, so a thread watches for the parent too.
 */
export function serve(handlers: Handlers, { onOrphaned }: ServeOptions = {}): void {
  watchParent();
  process.on("disconnect", () => {
    onOrphaned?.();
    process.exit(0);
  });
  process.on("message", async ({ id, method, argument }: Request) => {
    const reply = (message: Reply) => process.connected && process.send?.(message);
    try {
      const handler = handlers[method];
      if (!handler) throw new Error(`no handler for ${method}`);
      reply({ id, result: await handler(argument as never, (event) => reply({ id, event })) });
    } catch (error) {
      reply({ id, failure: error instanceof Error ? error.message : String(error) });
    }
  });
}

function watchParent(): void {
  // Some seconds leave the disconnect event time to clean up first. `bb` would go on without this process, so it goes
  // before.
  const source = `
    const { readFileSync } = require("node:fs");
    const parent = process.ppid;
    let missed = 0;
    setInterval(() => {
      if (process.ppid === parent || ++missed <= 6) return;
      try {
        const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8");
        for (const child of children.split(" ").filter(Boolean)) process.kill(Number(child), "SIGKILL");
      } catch {}
      process.kill(process.pid, "SIGKILL");
    }, 500);`;
  new Worker(source, { eval: true, execArgv: [], stdout: false }).unref();
}
