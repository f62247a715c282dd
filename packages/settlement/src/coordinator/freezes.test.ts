import { readSegments } from "@frond/protocol";
import { afterEach, expect, it } from "vitest";
import { startTestTree, type TestTree } from "../testing/testTree.ts";

/* As many freezes as an epoch has to carry, of layers that strangers have registered everywhere in the tree. */

/** `FREEZES_PER_EPOCH` of the contract. */
const FREEZES = 16;
const PAYEE = 0xb0bn;

let tree: TestTree;
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

it("an epoch carries sixteen freezes at four depths of the tree, beside the blocks of others", async () => {
  tree = await startTestTree({ policy: { epochSeconds: 0.2 }, registrationsWithoutBlocks: FREEZES });
  await tree.online();
  const strangers = Array.from({ length: FREEZES }, (_, i) => `s${i}`);
  const registered = () => tree.settled.reduce((sum, epoch) => sum + epoch.registered, 0);
  for (const [i, name] of strangers.entries()) {
    await tree.addLayer(name, i < 8 ? "abcd"[i % 4]! : "s3");
    if (i !== 7) continue;
    // A layer takes others below it once a block of it has settled. This one is below d.
    await tree.until(() => registered() === 8, "half of them are registered");
    tree.deposit("s3", 1n);
    await tree.until(() => tree.layer("s3").store.block(1)?.status === "settled", "a block of s3 has settled");
  }
  const ids = strangers.map((name) => tree.idOf(name));
  await tree.until(() => registered() === FREEZES, "all are registered");
  await tree.until(() => tree.coordinator.network().epoch.proving === null, "nothing is being settled");

  const before = tree.settled.length;
  tree.deposit("d", 100n);
  await tree.until(() => tree.balance("d") === 100n, "d has money");
  tree.l1.chain.freezes = ids;
  await tree.call("d", "pay", [PAYEE, 1n]);
  const isFrozen = (name: string) =>
    tree.coordinator.network().layers.find((layer) => layer.name === name)?.status === "frozen";
  await tree.until(() => strangers.every(isFrozen), "all are frozen");
  const frozenIn = tree.l1.chain.settled
    .slice(before)
    .map(({ data }) => readSegments(data).flatMap(({ kind, layerId }) => (kind === "freeze" ? [layerId] : [])))
    .filter((frozen) => frozen.length > 0);
  expect(frozenIn.map((frozen) => new Set(frozen))).toEqual([new Set(ids)]);
  await tree.until(() => tree.layer("d").store.block(1)?.status === "settled", "d has settled");
  expect(tree.balance("d", PAYEE)).toBe(1n);
  expect(tree.settled.flatMap(({ leftOut }) => leftOut)).toEqual([]);
});
