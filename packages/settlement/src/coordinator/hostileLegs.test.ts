import { transactionHash } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type HostileLayer, hostileLayer } from "../testing/hostileLayer.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/*
 * A layer that is believed and that promises legs of bundles by word only. It pays for that, and keeps no other layer
 * out of epochs.
 */

let tree: TestTree;
let mallory: HostileLayer;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
  tree.deposit("b", 100n);
  await tree.until(() => tree.balance("b") === 100n, "b has got the deposit");
  await tree.layer("c").stop();
  await tree.until(() => statusOf("c") === "offline", "c is offline");
  mallory = await hostileLayer(tree, tree.layer("c"));
  await tree.until(() => statusOf("c") === "online", "Mallory has the place of c");
});
afterEach(async () => {
  mallory.closed();
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const PAYEE = 0xb0bn;
const statusOf = (name: string) => tree.coordinator.layers().find((layer) => layer.name === name)!.status;
function legsOn(honest: string, hostile: string) {
  const leg = tree.unsigned(honest, "pay", [PAYEE, 7n]);
  return tree.bundle([leg, { ...leg, layerId: tree.idOf(hostile), nonce: 0 }]);
}

it("a leg is in the block that has its links: who names the hashes of all legs, and has none of them, pays", async () => {
  const legs = legsOn("b", "c");
  await tree.coordinator.sendBundle(legs);
  await mallory.hand({ transactions: legs.map(transactionHash) });
  expect((await tree.settle()).leftOut).toMatchObject([{ layer: "b", rule: "unconsumed" }]);
  expect(statusOf("c")).toBe("quarantined");
  expect(tree.coordinator.bundle(legs[0]!.link.id)).toMatchObject({ status: "preconfirmed", leftOut: 1 });
  const owns = (amount: bigint) => tree.balance("b", PAYEE) === 0n && tree.balance("b") === amount;
  await tree.until(() => owns(100n), "b has gone back, and has its deposit again");
  // While nobody can send to Mallory the leg waits, and the rest of b settles.
  for (let amount = 101n; amount <= 103n; amount++) {
    tree.deposit("b", 1n);
    await tree.until(() => owns(amount), "b has got another deposit");
    expect((await tree.settle()).leftOut).toEqual([]);
  }
  expect(tree.balance("b", PAYEE)).toBe(0n);
});

/** Counts how often b is asked for a leg. */
function countPrepares(): () => number {
  const { sequencer } = tree.layer("b");
  const prepare = sequencer.prepare.bind(sequencer);
  let prepares = 0;
  sequencer.prepare = (...of) => {
    prepares += 1;
    return prepare(...of);
  };
  return () => prepares;
}

it("who does not answer three times when asked for a leg is asked for none for a while: bundles wait for it in vain", async () => {
  mallory.answersPrepare = false;
  const prepares = countPrepares();
  const send = () => tree.coordinator.sendBundle(legsOn("b", "c"));
  for (let times = 1; times <= 3; times++) {
    await expect(send()).rejects.toMatchObject({ data: { leg: 1, code: "layer-silent" } });
    expect(mallory.prepares).toHaveLength(times);
  }
  mallory.answersPrepare = true;
  await expect(send()).rejects.toMatchObject({ data: { leg: 1, code: "layer-silent" } });
  expect(mallory.prepares).toHaveLength(3);
  // After the first time it is asked before b, and nothing of b is locked meanwhile.
  expect(prepares()).toBe(1);
  expect(statusOf("c")).toBe("online");
});

it("who answers slowly that it can't execute its leg, each time, is asked before others: nothing of them is locked meanwhile", async () => {
  mallory.prepare.milliseconds = 300;
  mallory.prepare.fails = true;
  const prepares = countPrepares();
  for (let times = 1; times <= 3; times++) {
    const sent = tree.coordinator.sendBundle(legsOn("b", "c"));
    await expect(sent).rejects.toMatchObject({ data: { leg: 1, code: "execution-failed" } });
  }
  expect(mallory.prepares).toHaveLength(3);
  expect(prepares()).toBe(1);
});

it("who prepares its leg slowly, each time, is asked before others: they are asked when it has answered", async () => {
  mallory.prepare.milliseconds = 300;
  const { sequencer } = tree.layer("b");
  const prepare = sequencer.prepare.bind(sequencer);
  const prepares: number[] = [];
  sequencer.prepare = (...of) => {
    prepares.push(performance.now());
    return prepare(...of);
  };
  for (let times = 1; times <= 3; times++) await tree.coordinator.sendBundle(legsOn("b", "c"));
  const [first, ...later] = prepares.map((at, i) => at - mallory.prepares[i]!);
  expect(first).toBeLessThan(0);
  expect(Math.min(...later)).toBeGreaterThan(250);
});
