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
import { addressOfSecret, balanceOf, bob, call, depositAt, identity, SENDERS, startOn } from "../testing.ts";
import type { Sequencer } from "../types.ts";

const ROUNDS = Number(process.env.FROND_CRASH_ROUNDS ?? 5);

type Line = {
  readonly ready?: true;
  readonly hash?: string;
  readonly block: number;
  readonly time: number;
  readonly epoch: number;
  readonly position: number;
  readonly closed?: number;
  readonly deposit?: number;
  readonly session?: number;
  /** Of a sealed block. */
  readonly statement?: string;
};

it("has everything acknowledged after kill -9 at any moment, and the same root", { timeout: 600_000 }, async () => {
  const path = mkdtempSync(join(tmpdir(), "frond-crash-"));
  const promised = new Map<bigint, Line>();
  let lastDeposit = -1;
  let closedEpoch = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const line of await runAndKill(path, "go on")) {
      if (line.hash !== undefined) promised.set(BigInt(line.hash), line);
      else if (line.closed !== undefined) closedEpoch = line.closed;
      else if (line.deposit !== undefined) lastDeposit = line.deposit;
    }
    const store = openStore({ path, identity });
    const sequencer = startOn(store);
    for (const [hash, { block, time, epoch, position }] of promised)
      expect(sequencer.promised(hash)).toMatchObject({ block, time, epoch, position });
    expect(sequencer.cursor("l1") ?? -1).toBeGreaterThanOrEqual(lastDeposit);
    expect(sequencer.epoch).toBeGreaterThan(closedEpoch);
    // Half of the time the log is left for the next process to replay.
    if (round % 2 === 0) await sequencer.seal();
    await sequencer.close();
    await store.close();
  }
  const store = openStore({ path, identity });
  const sequencer = startOn(store);
  await sequencer.seal();
  expect(promised.size).toBeGreaterThan(ROUNDS);
  await expectSameChain(store);
  await sequencer.close();
  await store.close();
  rmSync(path, { recursive: true });
});

it("is set back as a whole or not at all, killed at any moment, and loses nothing but what it was told to leave out", {
  timeout: 900_000,
}, async () => {
  const path = mkdtempSync(join(tmpdir(), "frond-set-back-crash-"));
  const promised = new Set<bigint>();
  /** What was signed for each time. */
  const signed = new Map<number, string>();
  let session = 0;
  let lastDeposit = -1;
  for (let round = 0; round < ROUNDS; round++) {
    // The first is not killed before it has been set back.
    for (const line of await runAndKill(path, "set back", round === 0 ? 1 : 0)) {
      if (line.hash !== undefined) promised.add(BigInt(line.hash));
      if (line.session !== undefined) session = line.session;
      if (line.deposit !== undefined) lastDeposit = Math.max(lastDeposit, line.deposit);
      if (line.statement !== undefined) {
        expect(signed.get(line.time) ?? line.statement).toBe(line.statement);
        signed.set(line.time, line.statement);
      }
    }
    const store = openStore({ path, identity });
    const sequencer = startOn(store);
    expect(sequencer.session).toBeGreaterThanOrEqual(session);
    // Waits for the set-back that was interrupted.
    await sequencer.consume([]);
    for (const hash of promised)
      expect(
        sequencer.promised(hash) ?? sequencer.dropped(hash) ?? sequencer.returningReason(hash),
        `of ${hash}`,
      ).toBeDefined();
    if (round % 2 === 0) await sequencer.seal();
    expectOneChain(store);
    if (round === ROUNDS - 1) {
      lastDeposit = await spendDeposit(sequencer, lastDeposit);
      await sequencer.setBack({ through: 0, epoch: sequencer.epoch, session: sequencer.session + 1 });
      expect(sequencer.returning().count).toBeGreaterThan(0);
      await bringBack(sequencer, lastDeposit);
      const reasons = [...promised].map(
        (hash) => sequencer.dropped(hash)?.code ?? sequencer.promised(hash) !== undefined,
      );
      // What was chosen may have been sent again.
      expect(reasons.filter((reason) => reason !== true && reason !== "test/dropped")).toEqual([]);
      await sequencer.seal();
      expectOneChain(store);
    }
    await sequencer.close();
    await store.close();
  }
  expect(session).toBeGreaterThan(0);
  rmSync(path, { recursive: true });
});

/** A transaction that waits for its deposit when it is set back. Gives the deposit's position. */
async function spendDeposit(sequencer: Sequencer, lastDeposit: number): Promise<number> {
  await bringBack(sequencer, lastDeposit);
  const position = (sequencer.cursor("l1") ?? -1) + 1;
  await sequencer.consume([depositAt(position)]);
  const secret = SENDERS[position % SENDERS.length]!;
  const sender = addressOfSecret(secret);
  const args = [bob, balanceOf(sequencer, sender)!] as const;
  await sequencer.submit(call(secret, { method: "transfer", args, nonce: sequencer.nextNonce(sender) }));
  return position;
}

/** Every deposit comes again. */
async function bringBack(sequencer: Sequencer, lastDeposit: number): Promise<void> {
  for (let position = (sequencer.cursor("l1") ?? -1) + 1; position <= lastDeposit; position++)
    await sequencer.consume([depositAt(position)]);
  await expect.poll(() => sequencer.returning(), { timeout: 20_000 }).toEqual({ count: 0 });
}

/**
 * Runs the child until some time after it has acknowledged a few things (or set-backs), or at once; gives the lines
 * that it wrote whole.
 */
async function runAndKill(path: string, mode: "go on" | "set back", atLeast = 0): Promise<Line[]> {
  const entry = fileURLToPath(new URL("./crash.child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", entry, path, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines: Line[] = [];
  let left = atLeast + Math.floor(Math.random() * (mode === "set back" ? 5 : 60));
  for await (const text of createInterface({ input: child.stdout })) {
    if (!text.endsWith("}")) continue;
    const line = JSON.parse(text) as Line;
    lines.push(line);
    if ((mode === "go on" || line.ready || line.session !== undefined) && left-- === 0)
      setTimeout(() => child.kill("SIGKILL"), Math.random() * 100);
  }
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
  return lines;
}

/** Blocks follow one another, each message is consumed once and in order, and the tree is that of the blocks. */
function expectOneChain(store: Store): void {
  const tree = createIndexedTree({ entryWidth: identity.entryWidth, ...createOverlay(memoryStore(identity)) });
  let time = 0;
  let position = -1;
  for (let number = 1; number <= store.lastBlockNumber(); number++) {
    const block = store.block(number)!;
    expect(block.stateRootBefore).toBe(tree.stateRoot);
    expect(block.time).toBeGreaterThan(time);
    time = block.time;
    for (const consumed of block.consumed) expect(consumed.position).toBe(++position);
    const { entries, inserts } = store.witness(number)!.witnessSet;
    tree.applyWitnessSet([...entries, ...inserts].map(({ key, after }) => ({ key, after })));
    expect(block.stateRootAfter).toBe(tree.stateRoot);
  }
  const stored = createIndexedTree({ entryWidth: identity.entryWidth, ...createOverlay(store) });
  expect(stored.stateRoot).toBe(tree.stateRoot);
}

/** Gives the blocks' contents to a sequencer that never died: block for block it comes to the same roots. */
async function expectSameChain(store: Store): Promise<void> {
  const model = memoryStore(identity);
  const sequencer = startOn(model);
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
