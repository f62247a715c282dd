import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openIndexer } from "./indexLayers.ts";
import { dump } from "./testing/dump.ts";
import { addressFor, startKiosk } from "./testing/kiosk.ts";

const BLOCKS = 20;
const KILLS = 2;

it("loses and repeats nothing, killed in the middle", async () => {
  const node = await startKiosk();
  const directory = mkdtempSync(join(tmpdir(), "frond-index-kill-"));
  try {
    for (let i = 0; i < BLOCKS; i++) {
      await node.call(11n, "mint", [BigInt(i), 0n]);
      if (i > 0) await node.call(11n, "pay", [addressFor(12n), 1n]);
      await node.context.sequencer.seal();
    }
    const database = join(directory, "index.sqlite");
    for (let kill = 1; kill <= KILLS; kill++) await runAndKill(database, node.url, kill * 8);
    const [killed, whole] = await Promise.all(
      [database, join(directory, "whole.sqlite")].map((path) => rows(path, node.url)),
    );
    expect(killed).toEqual(whole);
    expect(killed!.blocks).toHaveLength(BLOCKS);
  } finally {
    await node.close();
    rmSync(directory, { recursive: true });
  }
});

async function rows(database: string, url: string) {
  const indexer = await openIndexer({ database, nodes: [{ url, name: "kiosk" }] });
  await indexer.catchUp();
  const all = await dump(indexer.database.db);
  await indexer.close();
  return all;
}

/** Runs the child process until it has told of a block, and kills it in one of the writes after that. */
async function runAndKill(database: string, url: string, block: number): Promise<void> {
  const entry = fileURLToPath(new URL("./kill.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, database, url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) if (Number(line) >= block) child.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}
