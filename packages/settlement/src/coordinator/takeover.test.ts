import { publicKeyOf, sleep } from "@frond/foundation";
import { layerConfigHash, readSegments } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { signLayer } from "../link/signedLayer.ts";
import { withKey } from "../testing/bank.ts";
import { replaceRows, rowsOf } from "../testing/coordinatorData.ts";
import { OWNER, startTestTree, type TestTree } from "../testing/testTree.ts";
import { forcedId, isForcedId } from "../tree/itemIds.ts";

/*
 * Epochs that another coordinator settled: one with the same layers, whose data this one does not have. Every epoch
 * here has real segments and real records.
 */

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

const PAYEE = 0xb0bn;
const NEXT_SECRET = 777n;
const open = () => tree.coordinator.network().epoch.open;
const statusOf = (name: string) => tree.coordinator.layers().find((layer) => layer.name === name)?.status;
const kindsOf = (epoch: number) =>
  readSegments(tree.l1.chain.settled.findLast((settled) => settled.epoch === epoch)!.data).map(({ kind }) => kind);

async function fund(name: string, amount: bigint): Promise<void> {
  const before = tree.balance(name);
  tree.deposit(name, amount);
  await tree.until(() => tree.balance(name) === before + amount, `${name} has got the deposit`);
}

/** Settles what `work` does by a coordinator whose data is lost; the one before it goes on in its place. */
async function bySomebodyElse(work: () => Promise<void>): Promise<void> {
  await tree.stopCoordinator();
  const rows = rowsOf(tree.tables);
  await tree.startCoordinator();
  await tree.online();
  await work();
  await tree.settle();
  await tree.stopCoordinator();
  await replaceRows(tree.tables, rows);
}

async function startElsewhere(): Promise<void> {
  await tree.stopCoordinator();
  await replaceRows(tree.tables, []);
  await tree.startCoordinator();
}

it("goes on after epochs of somebody else, whose blocks and deposits are not made again", async () => {
  await fund("b", 100n);
  await tree.settle();
  await bySomebodyElse(async () => {
    await fund("b", 50n);
    await tree.call("b", "pay", [PAYEE, 1n]);
    await fund("c", 7n);
  });
  await tree.startCoordinator();
  expect(open()).toBe(3);
  await tree.online();
  await tree.call("b", "pay", [PAYEE, 2n]);
  const epoch = await tree.settle();
  expect(epoch).toMatchObject({ epoch: 3, layers: 1, leftOut: [] });
  expect([tree.balance("b"), tree.balance("b", PAYEE), tree.balance("c")]).toEqual([147n, 3n, 7n]);
});

it("executes again what layers promised since, with the bundles in it", async () => {
  await fund("b", 100n);
  await fund("c", 100n);
  await bySomebodyElse(() => tree.call("b", "pay", [PAYEE, 1n]).then(() => {}));
  await tree.call("b", "pay", [PAYEE, 2n]);
  await tree.startCoordinator();
  await tree.online();
  const legs = () => [tree.unsigned("b", "pay", [PAYEE, 4n]), tree.unsigned("c", "pay", [PAYEE, 4n])];
  const isTaken = () =>
    tree.coordinator.sendBundle(tree.bundle(legs())).then(
      () => true,
      () => false,
    );
  await tree.until(isTaken, "both layers are back, and the bundle is preconfirmed");
  expect(await tree.settle()).toMatchObject({ epoch: 2, leftOut: [] });
  expect([tree.balance("b", PAYEE), tree.balance("c", PAYEE)]).toEqual([7n, 4n]);
});

it("waits for a blob that nobody has, says which, and goes on when it is there", async () => {
  await fund("b", 100n);
  await bySomebodyElse(() => tree.call("b", "pay", [PAYEE, 1n]).then(() => {}));
  tree.l1.faults.lacksBlobs = true;
  await tree.startCoordinator();
  expect(tree.coordinator.network().epoch.blocked).toMatch(/The blob 0x01 of epoch 1 is missing: nobody has it/);
  tree.l1.faults.lacksBlobs = false;
  await tree.until(() => open() === 2, "the epoch is taken over");
  await tree.online();
  await tree.call("b", "pay", [PAYEE, 1n]);
  expect(await tree.settle()).toMatchObject({ epoch: 2, leftOut: [] });
  expect(tree.balance("b", PAYEE)).toBe(2n);
});

it("takes over a running tree without any data, and registered layers come by themselves", async () => {
  await tree.addLayer("e", "b");
  await fund("b", 100n);
  await fund("e", 30n);
  expect(await tree.settle()).toMatchObject({ registered: 1, leftOut: [] });
  // Layers that were set back are in greater sessions.
  await bySomebodyElse(() => tree.call("b", "pay", [PAYEE, 1n]).then(() => {}));
  await tree.startCoordinator();
  await tree.online();
  await tree.until(() => tree.layer("b").sequencer.session > 0, "b was set back");
  await tree.call("e", "pay", [PAYEE, 3n]);
  await startElsewhere();
  await tree.until(() => tree.coordinator.layers().length === 5, "layer e has registered itself again");
  await tree.online();
  await tree.call("b", "pay", [PAYEE, 1n]);
  await tree.call("e", "pay", [PAYEE, 3n]);
  await fund("e", 5n);
  expect(await tree.settle()).toMatchObject({ epoch: 3, layers: 2, registered: 0, leftOut: [] });
  expect([tree.balance("b", PAYEE), tree.balance("e", PAYEE), tree.balance("e")]).toEqual([2n, 6n, 29n]);
});

it("gives a layer that registers itself again what was forced before, in its order", async () => {
  const { stop, start } = await tree.addLayer("e", "b");
  await fund("e", 30n);
  await tree.settle();
  await stop();
  for (const [i, amount] of [4n, 2n].entries()) tree.force("e", "pay", [PAYEE, amount], i);
  await startElsewhere();
  tree.deposit("b", 1n);
  await tree.until(() => tree.balance("b") === 1n, "what L1 has was read, while nobody knew layer e");
  await start();
  await tree.until(() => tree.balance("e", PAYEE) === 6n, "layer e has executed both");
  expect(await tree.settle()).toMatchObject({ leftOut: [] });
  const used = tree.l1.chain.settled.flatMap(({ deposits }) => deposits.map(({ id }) => id).filter(isForcedId));
  expect(used).toEqual([forcedId(0), forcedId(1)]);
});

it("registers a layer that L1 has for nobody but its sequencer", async () => {
  const { known, stop, start, secret } = await tree.addLayer("e", "b");
  await fund("e", 30n);
  await tree.settle();
  await stop();
  await startElsewhere();
  const squatted = { ...known, name: "squatted", circuits: known.circuits.map((one) => ({ ...one, digest: "none" })) };
  await expect(tree.coordinator.register(signLayer(squatted, 666n))).rejects.toThrow(/has not signed/);
  const { signature } = signLayer(known, secret);
  await expect(tree.coordinator.register({ ...squatted, signature })).rejects.toThrow(/has not signed/);
  await start();
  await tree.until(() => statusOf("e") !== undefined, "layer e has registered itself again");
  await tree.online();
  await fund("e", 5n);
  expect(await tree.settle()).toMatchObject({ layers: 1, leftOut: [] });
});

it("takes over a tree with a layer of its genesis that was upgraded, with another key", async () => {
  await fund("b", 100n);
  const layer = tree.layer("b");
  const { config, layerId } = layer.known;
  const next = withKey({ ...layer.known, config: { ...config, sequencerKey: publicKeyOf(NEXT_SECRET) } }, 1_002n);
  const announced = { configHash: layerConfigHash(next.config), usableFrom: 0, usableBefore: Date.now() + 3_600_000 };
  tree.l1.chain.announced.set(`${layerId}/${OWNER}`, announced);
  await tree.coordinator.upgrade(signLayer(next, NEXT_SECRET));
  await tree.settle();
  expect(kindsOf(1)).toContain("upgrade");
  await startElsewhere();
  // The former node is told what to do, and can't come back by registering what the layer was.
  await tree.until(() => layer.link.status().reason?.includes("start its node again") === true, "it is told");
  await layer.stop();
  await expect(tree.coordinator.register(signLayer(next, layer.secret))).rejects.toThrow(/has not signed/);
  layer.known = next;
  layer.secret = NEXT_SECRET;
  await layer.start();
  await tree.online();
  await tree.call("b", "pay", [PAYEE, 1n]);
  expect(await tree.settle()).toMatchObject({ epoch: 2, layers: 1, leftOut: [] });
  expect([tree.balance("b"), tree.balance("b", PAYEE)]).toEqual([99n, 1n]);
});

it("settles an epoch only to register a layer, and one only to freeze it, which a coordinator without data reads", async () => {
  await tree.close();
  tree = await startTestTree({ policy: { epochSeconds: 0.2 } });
  await tree.online();
  await tree.addLayer("e", "b");
  await tree.until(() => tree.settled.length === 1, "layer e is registered");
  expect([tree.settled[0], kindsOf(1)]).toMatchObject([{ registered: 1, blocks: 0, leftOut: [] }, ["register"]]);
  tree.l1.chain.freezes = [tree.idOf("e")];
  await tree.until(() => tree.settled.length === 2, "layer e is frozen");
  expect(kindsOf(2)).toEqual(["freeze"]);
  expect(statusOf("e")).toBe("frozen");
  await startElsewhere();
  await tree.until(() => statusOf("e") === "frozen", "the other coordinator knows it");
  // Of a layer that it does not know, it can carry the freeze all the same.
  tree.l1.chain.freezes = [tree.idOf("d")];
  await tree.until(() => statusOf("d") === "frozen", "layer d is frozen");
});

it("settles an empty epoch before anybody can retire an idle tree, and otherwise none", async () => {
  await tree.close();
  tree = await startTestTree({ policy: { epochSeconds: 0.2 } });
  await tree.online();
  await fund("b", 100n);
  await tree.until(() => tree.settled.length === 1, "the deposit has settled");
  await sleep(1_000);
  expect(tree.settled).toHaveLength(1);
  tree.l1.chain.isIdle = true;
  await tree.until(() => tree.settled.length === 2, "an empty epoch has settled");
  expect([tree.settled[1], kindsOf(2)]).toMatchObject([{ layers: 0, blocks: 0, leftOut: [] }, []]);
  await startElsewhere();
  await tree.until(() => tree.balance("b") === 100n, "the other coordinator has read both");
});

it("settles time for what is overdue, though nothing else happens, and not again and again", async () => {
  await tree.close();
  tree = await startTestTree({ policy: { epochSeconds: 0.2 } });
  await tree.online();
  await tree.layer("c").stop();
  const waiting = { layer: tree.idOf("c"), asset: 1, amount: 7n, recipient: 1n, payload: 2n, depositor: 2n };
  for (const id of [50, 51]) tree.l1.chain.deposits.push({ ...waiting, id, expiry: Date.now() + id * 40 });
  await tree.until(() => tree.settled.length === 1, "an empty epoch has settled");
  expect(tree.l1.chain.settledUntil).toBeGreaterThanOrEqual(tree.l1.chain.deposits[0]!.expiry);
  await sleep(1_500);
  expect(tree.settled).toHaveLength(1);
});

it("makes an epoch again that L1 will never accept as it was proven", async () => {
  await fund("b", 100n);
  tree.l1.faults.refuses = 1;
  expect(await tree.settle()).toMatchObject({ epoch: 1, layers: 1, leftOut: [] });
  await tree.call("b", "pay", [PAYEE, 1n]);
  expect(await tree.settle()).toMatchObject({ epoch: 2, layers: 1 });
  expect(tree.balance("b", PAYEE)).toBe(1n);
});

it("a frozen layer orders nothing and is sent nothing, and holds up nobody", async () => {
  await tree.close();
  tree = await startTestTree({ policy: { epochSeconds: 0.2 } });
  await tree.online();
  await fund("b", 100n);
  await tree.until(() => tree.settled.length === 1, "the deposit has settled");
  tree.l1.chain.freezes = [tree.idOf("c")];
  await tree.until(() => statusOf("c") === "frozen", "layer c is frozen");
  const { link, sequencer } = tree.layer("c");
  await tree.until(() => link.status().coordinator === "refused" && sequencer.position().isHeld, "c has stopped");
  expect(link.status().reason).toMatch(/L1 has frozen this layer/);
  await tree.until(() => tree.balance("b") === 100n, "b is back");
  const before = tree.settled.length;
  await tree.call("b", "pay", [PAYEE, 1n]);
  await tree.until(() => tree.settled.length > before, "b settles without it");
  expect(tree.settled.at(-1)).toMatchObject({ layers: 1, leftOut: [] });
  expect(tree.balance("b", PAYEE)).toBe(1n);
  // The same after a restart, which waits for no frozen layer.
  await tree.stopCoordinator();
  await tree.startCoordinator();
  expect(statusOf("c")).toBe("frozen");
});
