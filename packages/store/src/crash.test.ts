import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createIndexedTree } from "@frond/protocol";
import { expect, it } from "vitest";
import { openStore } from "./lmdb/openStore.ts";
import { memoryStore } from "./memory/memoryStore.ts";
import { createOverlay } from "./overlay.ts";
import { identity } from "./testing.ts";
import type { Store } from "./types.ts";

const ROUNDS = Number(process.env.FROND_CRASH_ROUNDS ?? 5);

type Line = { readonly ready?: true; readonly session?: number; readonly block?: number };

it("commits and rolls back all or nothing, killed at any moment", { timeout: 300_000 }, async () => {
  const path = mkdtempSync(join(tmpdir(), "frond-store-crash-"));
  for (let round = 0; round < ROUNDS; round++) {
    const last = (await runAndKill(path, Math.random() * 500)).at(-1);
    const store = openStore({ path, identity });
    const session = store.table<number>("metadata").get("session") ?? 0;
    expect(session).toBeGreaterThanOrEqual(last?.session ?? 0);
    if (session === last?.session && last.block !== undefined)
      expect(store.lastBlockNumber()).toBeGreaterThanOrEqual(last.block);
    const pending = [...store.pending()];
    expect(pending).toHaveLength(session);
    for (const { transaction } of pending) expect(transaction.fee).toBe(BigInt(session));
    for (const { record } of store.log()) expect(record).toMatchObject({ epoch: session });
    expectSameTree(store);
    await store.close();
  }
  rmSync(path, { recursive: true });
});

/** Checks that the stored blocks, applied to an empty tree, give the stored tree. */
function expectSameTree(store: Store): void {
  const model = createIndexedTree({ entryWidth: 2, ...createOverlay(memoryStore(identity)) });
  for (let number = 1; number <= store.lastBlockNumber(); number++) {
    const { entries, inserts } = store.witness(number)!.witnessSet;
    model.applyWitnessSet([...entries, ...inserts].map(({ key, after }) => ({ key, after })));
    expect(store.block(number)?.stateRootAfter).toBe(model.stateRoot);
  }
  const tree = createIndexedTree({ entryWidth: 2, ...createOverlay(store) });
  expect([tree.stateRoot, tree.leafCount]).toEqual([model.stateRoot, model.leafCount]);
  for (let index = 1; index < tree.leafCount; index++)
    expect(store.leaves.indexOf(store.leaves.get(index)!.key)).toBe(index);
}

/**
 * Runs the child process until `milliseconds` after its start, then kills it. Returns the complete lines that it wrote.
 */
async function runAndKill(path: string, milliseconds: number): Promise<Line[]> {
  const entry = fileURLToPath(new URL("./crash.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, path], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    if (!text.endsWith("}")) continue;
    const line = JSON.parse(text) as Line;
    if (line.ready) setTimeout(() => child.kill("SIGKILL"), milliseconds);
    else lines.push(line);
  }
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
  return lines;
}
