import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openFollowerStore } from "./rows/openFollowerStore.ts";
import { expectSame } from "./testing/expectSame.ts";
import { History } from "./testing/randomHistory.ts";

const ROUNDS = Number(process.env.FROND_CRASH_ROUNDS ?? 5);
const SEED = 51;
const EPOCHS = 8;

it("has some epoch whole, killed at any moment, and goes on from it", { timeout: 600_000 }, async () => {
  const path = mkdtempSync(join(tmpdir(), "frond-follower-crash-"));
  const reached = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    await runAndKill(path, Math.random() * 2_000);
    const store = openFollowerStore({ path, identity: { chainId: 1, settlement: "0x00" } });
    const history = new History(SEED);
    for (let epoch = 1; epoch <= store.lastEpoch(); epoch++) history.epoch();
    if (store.layers.size > 0) expectSame(store, history);
    reached.add(store.lastEpoch());
    await store.close();
  }
  expect(Math.max(...reached)).toBeGreaterThan(0);
  rmSync(path, { recursive: true });
});

/** Runs the child process until so many milliseconds after its start, then kills it. */
async function runAndKill(path: string, milliseconds: number): Promise<void> {
  const entry = fileURLToPath(new URL("./crash.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, path, String(SEED), String(EPOCHS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  for await (const text of createInterface({ input: child.stdout }))
    if (text.includes("ready")) setTimeout(() => child.kill("SIGKILL"), milliseconds);
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}
