import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { silentLogger, sleep } from "@frond/foundation";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Service, untilStopped } from "./untilStopped.ts";

const NEVER = new Promise<never>(() => {});

/** A service that starts and closes at once, and never ends by itself. */
function service(parts: Partial<Service<string>> = {}): Service<string> & { readonly events: string[] } {
  const events: string[] = [];
  return {
    what: "The layer",
    events,
    start: async () => "started",
    work: () => NEVER,
    close: async (started) => void events.push(`closed ${started}`),
    logger: silentLogger,
    ...parts,
  };
}

afterEach(() => vi.restoreAllMocks());

describe("a service", () => {
  it("is closed when its work is done", async () => {
    const one = service({ work: async () => {} });
    await untilStopped(one);
    expect(one.events).toEqual(["closed started"]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is closed at %s", async (signal) => {
    const one = service();
    const stopped = untilStopped(one);
    await sleep(1);
    process.emit(signal);
    await stopped;
    expect(one.events).toEqual(["closed started"]);
    expect(process.listenerCount(signal)).toBe(0);
  });

  it("that fails for good is closed, and its failure is thrown", async () => {
    const failing = service({ work: () => Promise.reject(new Error("the disk is full")) });
    await expect(untilStopped(failing)).rejects.toThrow("the disk is full");
    expect(failing.events).toEqual(["closed started"]);
  });

  it("that hangs while it closes is left behind", async () => {
    const hanging = service({ work: async () => {}, close: () => NEVER, closeMilliseconds: 20 });
    await expect(untilStopped(hanging)).rejects.toMatchObject({
      code: "cli/not-closed",
      message: expect.stringContaining("The layer did not stop within 0.02 s, and was ended."),
    });
  });

  it("that fails and then hangs while it closes says why it failed", async () => {
    const work = () => Promise.reject(new Error("the disk is full"));
    const hanging = service({ work, close: () => NEVER, closeMilliseconds: 20 });
    await expect(untilStopped(hanging)).rejects.toThrow("the disk is full");
  });

  it("that fails in one part while it starts in another closes what is still starting", async () => {
    let signal: AbortSignal | undefined;
    const starting = service({
      async start(given) {
        signal = given;
        await sleep(30);
        return "started late";
      },
      failed: sleep(5).then(() => Promise.reject(new Error("the coordinator has stopped"))),
    });
    await expect(untilStopped(starting)).rejects.toThrow("the coordinator has stopped");
    expect(signal?.aborted).toBe(true);
    expect(starting.events).toEqual(["closed started late"]);
  });
});

/*
 * Signals and exits of real processes: a service that hangs while it starts, and one that hangs while it closes and
 * keeps the process.
 */
describe.each([["starts"], ["closes"]])("a process whose service hangs while it %s", (phase) => {
  const child = fileURLToPath(new URL("../testing/hangingService.mjs", import.meta.url));

  it.each(["SIGINT", "SIGTERM"] as const)("ends at the first %s", { timeout: 30_000 }, async (signal) => {
    const running = spawn(process.execPath, [child, phase], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => running.stdout.once("data", resolve));
    const begun = Date.now();
    running.kill(signal);
    const code = await new Promise((resolve) => running.once("exit", resolve));
    expect(code).toBe(phase === "starts" ? 130 : 1);
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
