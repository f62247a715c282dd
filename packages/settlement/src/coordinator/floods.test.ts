import { blockKeysTree } from "@frond/circuits";
import { sleep } from "@frond/foundation";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectRaw, type RawLayer, registerStrange, strangeLayer } from "../testing/rawLayer.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/* Layers of strangers that ask for as much work as they can. */

let tree: TestTree;
let mallory: RawLayer;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
  const known = strangeLayer(tree, 50);
  await registerStrange(tree, known);
  mallory = await connectRaw(tree, known);
  await mallory.at();
});
afterEach(async () => {
  mallory.closed();
  await tree.close();
  expect(tree.failures).toEqual([]);
});

/** Hands a block over, and takes it back. */
async function handAndLose(session: number): Promise<void> {
  await mallory.hand({}, session);
  await mallory.at({ session });
  await mallory.at({ session: session + 1 });
}

it("a stranger that sets itself back again and again has no more proofs of an epoch than its share", async () => {
  const before = tree.prover.made.length;
  for (let session = 0; session < 30; session++) await handAndLose(session);
  await sleep(100);
  expect(tree.prover.made.length - before).toBeLessThanOrEqual(4);
  const { blocksSealed } = tree.coordinator.network().layers.find(({ name }) => name === "mallory-50")!;
  expect(blocksSealed).toBe(0);
});

it("a proof is stopped when its block is gone", async () => {
  tree.refused.add(`${mallory.known.layerId}`);
  tree.prover.refusalMilliseconds = 60_000;
  await mallory.hand();
  await sleep(50);
  await mallory.at();
  await tree.until(() => tree.prover.cancelled.length === 1, "the proof is stopped");
  expect(tree.prover.refusals).toEqual([]);
});

it("a block that waits for its circuit is let go when it is gone", async () => {
  tree.uploads.areHere = false;
  await mallory.hand();
  await tree.until(() => mallory.said.some(({ type }) => type === "need"), "the circuit is asked for");
  await mallory.at();
  const before = tree.prover.made.length;
  tree.uploads.areHere = true;
  // Longer than the coordinator waits before it looks for the circuit again.
  await sleep(1_200);
  expect(tree.prover.made.length).toBe(before);
});

it("a circuit is forgotten with the newcomer that was asked for it, unless another layer has it", async () => {
  const like = strangeLayer(tree, 51);
  const circuits = like.circuits.map((circuit) => ({ ...circuit, digest: "of-nobody-else" }));
  await registerStrange(tree, { ...like, circuits });
  for (let index = 100; index < 300; index++) await registerStrange(tree, strangeLayer(tree, index));
  expect(tree.coordinator.known(like.layerId)).toBeUndefined();
  expect(new Set(tree.uploads.forgotten)).toEqual(new Set(["of-nobody-else"]));
});

it("a circuit is not kept whose key is not that of the layer that was asked for it", async () => {
  tree.uploads.areHere = false;
  const like = strangeLayer(tree, 52);
  const circuits = like.circuits.map((circuit) => ({ ...circuit, digest: "another", keyHash: 999n }));
  const config = { ...like.config, blockKeysRoot: blockKeysTree([999n]).root };
  const known = { ...like, config, circuits, blockKeys: [999n] };
  await registerStrange(tree, known);
  const other = await connectRaw(tree, known);
  await other.at();
  await other.hand();
  await tree.until(() => other.said.some(({ type }) => type === "need"), "the circuit is asked for");
  await other.say({ type: "circuit", digest: "another", data: "AAAA" });
  expect(tree.uploads.forgotten).toEqual(["another"]);
  other.closed();
});

it("registrations cost a look at L1 for all connected layers together, beside new deposits", async () => {
  const { layerOne } = tree.l1;
  const { depositsOf } = layerOne;
  let scans = 0;
  let finish = () => {};
  tree.deposit("b", 1n);
  await tree.until(() => tree.balance("b") === 1n, "a deposit has arrived");
  layerOne.depositsOf = async (...args) => {
    scans += 1;
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return await depositsOf(...args);
  };
  for (let index = 100; index < 150; index++) await registerStrange(tree, strangeLayer(tree, index));
  await sleep(100);
  expect(scans).toBe(0);
  const connected = await Promise.all([100, 101, 102].map((index) => connectRaw(tree, strangeLayer(tree, index))));
  await tree.until(() => scans === 1, "their deposits are looked for");
  // A scan that takes long holds up nobody.
  tree.deposit("b", 1n);
  await tree.until(() => tree.balance("b") === 2n, "the next deposit has arrived");
  expect(scans).toBe(1);
  layerOne.depositsOf = depositsOf;
  finish();
  for (const { closed } of connected) closed();
});

it("a layer has two more connections than its own, however often its key connects: the newest ones", async () => {
  const rivals: RawLayer[] = [];
  for (let i = 0; i < 5; i++) rivals.push(await connectRaw(tree, mallory.known));
  expect([mallory, ...rivals].map((layer) => layer.isOpen())).toEqual([true, false, false, false, true, true]);
  for (const { closed } of rivals) closed();
});

/** Signs two blocks for each of several times. */
async function signTwice(layer: RawLayer, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const session = tree.coordinator.network().layers.find(({ name }) => name === layer.known.name)!.session;
    const time = Date.now() + i;
    await layer.at({ session });
    await layer.hand({ time, stateRootAfter: 1n }, session);
    await layer.hand({ time, stateRootAfter: 2n }, session);
    await layer.at({ session });
  }
}

it("evidence is kept once of a layer that is established, and not at all of a newcomer", async () => {
  await signTwice(mallory, 3);
  expect(tree.coordinator.evidence()).toEqual({ evidence: [], next: null });
  const { known, secret, stop } = tree.layer("c");
  await stop();
  await tree.until(() => tree.coordinator.layers().some(({ status }) => status === "offline"), "c is away");
  const established = await connectRaw(tree, known, secret);
  await signTwice(established, 3);
  expect(tree.coordinator.evidence()).toMatchObject({ evidence: [{ first: { layerId: known.layerId } }], next: null });
  established.closed();
});

it("jobs of settled epochs are forgotten at a start", async () => {
  const forgotten: number[] = [];
  tree.deposit("b", 100n);
  await tree.until(() => tree.balance("b") === 100n, "b has money");
  await tree.settle();
  tree.prover.forget = async (epoch) => void forgotten.push(epoch);
  await tree.stopCoordinator();
  await tree.startCoordinator();
  expect(forgotten).toEqual([1]);
});
