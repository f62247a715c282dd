import { sleep } from "@frond/foundation";
import { afterEach, expect, it } from "vitest";
import { defaultShares } from "../machine/shares.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/** Milliseconds, on a slow machine. */
const LONGEST_REST = 50_000;

let tree: TestTree;
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

it("a layer of which nothing can settle is tried as often as its share allows, and holds up nobody else", async () => {
  const epochSeconds = 0.1;
  tree = await startTestTree({ policy: { epochSeconds } });
  await tree.online();
  const sessionOfC = () => tree.coordinator.network().layers.find(({ name }) => name === "c")!.session;
  tree.refused.add(String(tree.idOf("c")));
  tree.deposit("c", 100n);
  await tree.until(() => sessionOfC() >= 2, "it was left out twice");
  const before = sessionOfC();
  const startedAt = performance.now();
  await sleep(30 * epochSeconds * 1_000);
  // Each block that can't be proven uses up a part of its share until the next round, six epochs later.
  const rounds = 1 + Math.ceil((performance.now() - startedAt) / (6 * epochSeconds * 1_000));
  expect(sessionOfC() - before).toBeLessThanOrEqual(rounds * defaultShares.blocksOfStranger);
  // It goes back alone: no epoch has ended, and nobody else has lost a place.
  const { epoch, layers } = tree.coordinator.network();
  expect(epoch.open).toBe(1);
  expect(layers.filter(({ name }) => name !== "c").map(({ session }) => session)).toEqual([0, 0, 0]);

  tree.deposit("d", 100n);
  await tree.until(() => tree.settled.length > 0, "another layer's deposit has settled");
  expect(tree.settled[0]).toMatchObject({ epoch: 1, layers: 1 });

  tree.refused.clear();
  // It may still rest when the next epoch ends.
  await tree.until(() => {
    tree.deposit("d", 1n);
    return tree.settled.some(({ leftOut, layers }) => layers === 2 && leftOut.length === 0);
  }, "c has settled");
});

it("a layer that makes others wait for proofs that fail is waited for less and less", async () => {
  tree = await startTestTree({ policy: { epochSeconds: 0.1 } });
  await tree.online();
  tree.prover.refusalMilliseconds = 100;
  tree.refused.add(String(tree.idOf("c")));
  tree.deposit("c", 100n);
  await tree.until(() => tree.prover.refusals.length > 0, "its first block was tried");
  for (let settled = 0; settled < 16; settled = tree.settled.length) {
    tree.deposit("d", 1n);
    await tree.until(() => tree.settled.length > settled, "another layer's deposit has settled");
  }
  // It would be tried in every epoch; the rest after an attempt is twice as long each time.
  expect(tree.prover.refusals.length).toBeLessThan(tree.settled.length);
  const { reason } = tree.settled.flatMap(({ leftOut }) => leftOut).at(-1)!;
  expect(reason).toMatch(/none is tried before \d{4}-/);

  // A restart of the coordinator forgets nothing.
  const refusals = tree.prover.refusals.length;
  await tree.until(
    () => {
      tree.deposit("d", 1n);
      return tree.prover.refusals.length > refusals;
    },
    "it was tried once more",
    LONGEST_REST,
  );
  const before = tree.prover.refusals.length;
  await tree.stopCoordinator();
  await tree.startCoordinator();
  await tree.online();
  tree.deposit("d", 1n);
  const settled = tree.settled.length;
  await tree.until(() => tree.settled.length > settled, "a deposit has settled after the restart");
  expect(tree.prover.refusals.length).toBe(before);

  tree.refused.clear();
  await tree.until(
    () => {
      tree.deposit("d", 1n);
      return tree.balance("c") === 100n && tree.settled.at(-1)!.layers === 2;
    },
    "c has settled",
    LONGEST_REST,
  );
});

it("blocks after one that can't be proven are not tried to the end", async () => {
  tree = await startTestTree({ policy: { epochSeconds: 0.5 } });
  await tree.online();
  tree.deposit("c", 100n);
  await tree.until(() => tree.settled.length > 0, "the deposit has settled");
  tree.prover.refusalMilliseconds = 1_500;
  tree.refused.add(String(tree.idOf("c")));
  const sealed = () => tree.coordinator.network().layers.find(({ name }) => name === "c")!.blocksSealed;
  for (let blocks = 0; blocks < 3; blocks++) {
    await tree.call("c", "pay", [1n, 1n]);
    await tree.until(() => sealed() > blocks, "its block is handed over");
  }
  await tree.until(() => tree.prover.cancelled.length === 2, "those after the first are given up");
  expect(tree.prover.refusals).toHaveLength(1);
  tree.refused.clear();
});

it("what waits for a layer that is gone is given up on an idle network, too", async () => {
  tree = await startTestTree({ policy: { epochSeconds: 0.02, layerTimeoutMilliseconds: 300 } });
  await tree.online();
  tree.deposit("d", 100n);
  await tree.until(() => tree.settled.length > 0, "the deposit has settled");
  tree.layer("c").sequencer.consume = () => new Promise(() => {});
  const { transactionHash } = await tree.call("d", "send", [tree.idOf("c"), 5n, 10n]);
  await tree.layer("c").stop();
  const { sequencer } = tree.layer("d");
  await tree.until(() => sequencer.returning().count === 1, "d was left out, and waits for c");
  await tree.until(() => sequencer.dropped(transactionHash) !== undefined, "the transaction was given up");
  expect(sequencer.dropped(transactionHash)?.code).toBe("sequencer/destination-gone");
  expect(tree.balance("d")).toBe(100n);
});
