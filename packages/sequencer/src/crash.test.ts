import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createIndexedTree, transactionHash } from "@frond/protocol";
import { createOverlay, memoryStore, openStore, type Store } from "@frond/store";
import { expect, it } from "vitest";
import { createSequencer } from "./createSequencer.ts";
import { identity, LAYER, ledger, sizes } from "./testing.ts";

const ROUNDS = Number(process.env.FROND_CRASH_ROUNDS ?? 8);

type Line = {
  readonly ready?: true;
  readonly hash?: string;
  readonly block: number;
  readonly slot: number;
  readonly epoch: number;
  readonly position: number;
  readonly closed?: number;
};

it("has everything acknowledged after kill -9 at any moment, and the same root", { timeout: 600_000 }, async () => {
  const path = mkdtempSync(join(tmpdir(), "frond-crash-"));
  const promised = new Map<bigint, Line>();
  let lastDeposit = -1;
  let closedEpoch = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const line of await runAndKill(path, Math.random() * 400)) {
      if (line.hash !== undefined) promised.set(BigInt(line.hash), line);
      else if (line.closed !== undefined) closedEpoch = line.closed;
      else if (line.ready === undefined) lastDeposit = line.position;
    }
    const store = openStore({ path, identity });
    const sequencer = start(store);
    for (const [hash, { block, slot, epoch, position }] of promised)
      expect(sequencer.promised(hash)).toMatchObject({ block, slot, epoch, position });
    expect(sequencer.cursor("l1") ?? -1).toBeGreaterThanOrEqual(lastDeposit);
    expect(sequencer.epoch).toBeGreaterThan(closedEpoch);
    // Half of the time the log is left for the next process to replay.
    if (round % 2 === 0) await sequencer.seal();
    await sequencer.close();
    await store.close();
  }
  const store = openStore({ path, identity });
  const sequencer = start(store);
  await sequencer.seal();
  expect(promised.size).toBeGreaterThan(ROUNDS * 5);
  await expectSameChain(store);
  await sequencer.close();
  await store.close();
  rmSync(path, { recursive: true });
});

const start = (store: Store) =>
  createSequencer({ program: ledger.program, layerId: LAYER, sizes, secret: 5n, blockTime: 3_600_000 }, { store });

/** Runs the child until so many milliseconds after it is ready; gives the lines that it wrote whole. */
async function runAndKill(path: string, milliseconds: number): Promise<Line[]> {
  const entry = fileURLToPath(new URL("./crash.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, path], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    if (!text.endsWith("}")) continue;
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if (line.ready) setTimeout(() => child.kill("SIGKILL"), milliseconds);
  }
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
  return lines;
}

/** Gives the blocks' contents to a sequencer that never died: block for block it comes to the same roots. */
async function expectSameChain(store: Store): Promise<void> {
  const model = memoryStore(identity);
  const sequencer = start(model);
  let deposits = 0;
  for (let number = 1; number <= store.lastBlockNumber(); number++) {
    const block = store.block(number)!;
    const witness = store.witness(number)!;
    while (sequencer.epoch < block.epoch) await sequencer.closeEpoch();
    for (const { position } of block.consumed) expect(position).toBe(deposits++);
    await sequencer.consume(block.consumed);
    for (const transaction of witness.transactions) await sequencer.submit(transaction);
    expect(witness.transactions.map(transactionHash)).toEqual(block.transactions);
    const same = await sequencer.seal();
    expect({ ...same, sealedAt: 0 }).toEqual({ ...block, sealedAt: 0 });
  }
  await sequencer.close();
  const tree = createIndexedTree({ entryWidth: identity.entryWidth, ...createOverlay(store) });
  expect(tree.stateRoot).toBe(model.block(model.lastBlockNumber())?.stateRootAfter);
}
