import { sleep } from "@frond/foundation";
import { signTransaction, verifyEquivocation } from "@frond/protocol";
import { depositSource } from "@frond/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alice } from "../testing/bank.ts";
import { startTestTree, type TestTree } from "../testing/testTree.ts";
import { depositMessage } from "../tree/depositMessage.ts";

let tree: TestTree;
beforeEach(async () => {
  tree = await startTestTree();
  await tree.online();
});
afterEach(async () => {
  await tree.close();
  expect(tree.failures).toEqual([]);
});

/** Everything that anybody owns, and what L1 holds for them. */
function owned(): bigint {
  return ["a", "b", "c", "d"].reduce((sum, name) => sum + tree.balance(name), 0n);
}

async function fund(name: string, amount: bigint): Promise<void> {
  const before = tree.balance(name);
  tree.deposit(name, amount);
  await tree.until(() => tree.balance(name) === before + amount, `${name} has got the deposit`);
}

describe("an epoch of the tree", () => {
  it("settles deposits straight to an L4, calls to the parent and between siblings, and withdrawals, by one settlement", async () => {
    await fund("d", 100n);
    await tree.call("d", "send", [tree.idOf("b"), alice, 10n]);
    await tree.call("d", "send", [tree.idOf("c"), alice, 20n]);
    await tree.until(() => tree.balance("b") === 10n && tree.balance("c") === 20n, "the money has arrived");
    await tree.call("d", "withdraw", [0xbbn, 5n]);
    const epoch = await tree.settle();
    expect(epoch).toMatchObject({ epoch: 1, layers: 3, leftOut: [] });
    expect(tree.l1.chain.settled).toHaveLength(1);
    expect(owned()).toBe(95n);
  });

  it("takes the call back in the same epoch", async () => {
    await fund("d", 100n);
    await tree.call("d", "there", [tree.idOf("a"), 40n]);
    await tree.until(() => tree.balance("d") === 100n, "the money is back");
    const epoch = await tree.settle();
    expect(epoch.leftOut).toEqual([]);
    expect(epoch.messages).toBe(1 + 4);
  });
});

describe("a bundle", () => {
  const owner = 0xb0bn;

  async function fundAll(): Promise<void> {
    for (const name of ["b", "c", "d"]) await fund(name, 100n);
  }

  it("happens on all layers, and settles", async () => {
    await fundAll();
    const legs = ["d", "b", "c"].map((name) => tree.unsigned(name, "pay", [owner, 7n]));
    const preconfirmations = await tree.coordinator.sendBundle(tree.bundle(legs));
    expect(preconfirmations.map(({ layerId }) => layerId)).toEqual(["d", "b", "c"].map(tree.idOf));
    expect(["b", "c", "d"].map((name) => tree.balance(name, owner))).toEqual([7n, 7n, 7n]);
    const epoch = await tree.settle();
    expect(epoch.leftOut).toEqual([]);
    expect(tree.coordinator.bundle(tree.bundle(legs)[0]!.link.id)).toMatchObject({ status: "settled" });
  });

  it("of which a leg fails happens nowhere, and says which leg and why", async () => {
    await fundAll();
    const legs = [tree.unsigned("d", "pay", [owner, 7n]), tree.unsigned("c", "pay", [owner, 1_000n])];
    await expect(tree.coordinator.sendBundle(tree.bundle(legs))).rejects.toMatchObject({
      code: "settlement/bundle-failed",
      data: { leg: 1, layer: "c", code: "execution-failed" },
    });
    expect(tree.balance("d", owner)).toBe(0n);
    // The keys are free again.
    await tree.call("d", "pay", [owner, 1n]);
    expect((await tree.settle()).leftOut).toEqual([]);
  });

  it("with a leg on a layer that is offline is refused", async () => {
    await fundAll();
    const legs = tree.bundle([tree.unsigned("d", "pay", [owner, 7n]), tree.unsigned("c", "pay", [owner, 7n])]);
    await tree.layer("c").stop();
    await tree.until(() => tree.coordinator.layers().some(({ status }) => status === "offline"), "c is offline");
    await expect(tree.coordinator.sendBundle(legs)).rejects.toMatchObject({ data: { leg: 1, code: "layer-offline" } });
    expect(tree.balance("d", owner)).toBe(0n);
    await tree.layer("c").start();
  });

  it("whose sequencer dies between promise and execution is undone on the other layers, and the rest of them stays", async () => {
    await fundAll();
    await tree.call("d", "pay", [owner, 1n]);
    const legs = [tree.unsigned("d", "pay", [owner, 7n]), tree.unsigned("c", "pay", [owner, 7n])];
    const { sequencer } = tree.layer("c");
    let stopping: Promise<void> | undefined;
    const commit = sequencer.commit.bind(sequencer);
    sequencer.commit = (hash) => {
      stopping = tree.layer("c").stop();
      return commit(hash);
    };
    await expect(tree.coordinator.sendBundle(tree.bundle(legs))).rejects.toMatchObject({
      code: "settlement/bundle-failed",
      data: { leg: 1, layer: "c" },
    });
    await stopping;
    await tree.until(() => tree.balance("d", owner) === 1n, "the leg on d is undone");
    const hash = tree.bundle(legs).map(({ link }) => link.id)[0]!;
    expect(tree.coordinator.bundle(hash)).toMatchObject({ status: "failed", leg: 1 });
    await tree.layer("c").start();
    await tree.until(() => tree.balance("c", owner) === 0n, "c has nothing of it");
    await tree.online();
    await tree.settle();
    expect(owned()).toBe(299n);
  });

  it("of which a layer says that it executed its leg in another epoch has failed at once, and costs that layer", async () => {
    await fundAll();
    const { sequencer } = tree.layer("c");
    const commit = sequencer.commit.bind(sequencer);
    sequencer.commit = async (hash) => ({ ...(await commit(hash)), epoch: 77 });
    const legs = [tree.unsigned("d", "pay", [owner, 7n]), tree.unsigned("c", "pay", [owner, 7n])];
    await expect(tree.coordinator.sendBundle(tree.bundle(legs))).rejects.toMatchObject({
      data: { leg: 1, code: "other-epoch" },
    });
    const statuses = Object.fromEntries(tree.coordinator.layers().map(({ name, status }) => [name, status]));
    expect(statuses).toMatchObject({ c: "quarantined", d: "online" });
    await tree.until(() => tree.balance("d", owner) === 0n, "the leg on d is undone");
  });

  it("that is not one is refused", async () => {
    const [first, second] = tree.bundle([
      tree.unsigned("d", "pay", [owner, 7n]),
      tree.unsigned("c", "pay", [owner, 7n]),
    ]);
    await expect(tree.coordinator.sendBundle([second!, first!])).rejects.toMatchObject({
      code: "settlement/not-a-bundle",
    });
  });
});

describe("fault isolation", () => {
  it("leaves out a block that consumes an expired deposit, which L1 would refuse, and settles the rest", async () => {
    await fund("b", 100n);
    await fund("c", 100n);
    await tree.settle();
    const owner = { recipient: alice, payload: 0xa1n, depositor: 0xa1n };
    const { deposits, settledUntil: expiry } = tree.l1.chain;
    const deposit = { id: 50, layer: tree.idOf("c"), asset: 1, amount: 7n, ...owner, expiry };
    deposits.push(deposit);
    await sleep(100);
    expect(tree.balance("c")).toBe(100n);
    // Nobody gives it to the layer: its sequencer takes it by itself.
    const message = depositMessage(deposit);
    await tree.layer("c").sequencer.consume([{ source: depositSource(0xa1n), position: 50, message }]);
    await tree.call("b", "pay", [0xb0bn, 1n]);
    const epoch = await tree.settle();
    expect(epoch).toMatchObject({ layers: 1, leftOut: [{ layer: "c", rule: "deposit" }] });
    expect(epoch.leftOut[0]!.reason).toBe("it consumes deposit 50, which has expired");
    await tree.until(() => tree.balance("c") === 100n, "c has gone back");
  });

  it("leaves out a layer whose block can't be proven, with what depends on it, and settles the rest", async () => {
    await fund("b", 100n);
    await fund("c", 100n);
    await fund("d", 100n);
    await tree.settle();
    tree.refused.add(String(tree.idOf("c")));
    await tree.call("c", "send", [tree.idOf("b"), alice, 10n]);
    await tree.until(() => tree.balance("b") === 110n, "b has got the money");
    await tree.call("d", "pay", [0xb0bn, 1n]);
    const epoch = await tree.settle();
    expect(epoch.leftOut.map(({ layer, rule }) => [layer, rule]).sort()).toEqual([
      ["b", "unproduced"],
      ["c", "proof"],
    ]);
    expect(epoch.layers).toBe(1);
    // c can be proven again: it catches up.
    tree.refused.clear();
    await tree.until(() => tree.balance("b") === 100n, "b has started again without the money");
    await tree.call("b", "pay", [0xb0bn, 1n]);
    await tree.settle();
    await tree.until(() => owned() === 298n, "c has executed again what it sent");
  });

  it("settles on time without a layer that is gone, which catches up", async () => {
    await fund("c", 100n);
    await fund("d", 100n);
    await tree.settle();
    await tree.call("c", "pay", [0xb0bn, 3n]);
    await tree.layer("c").stop();
    await tree.call("d", "pay", [0xb0bn, 1n]);
    const epoch = await tree.settle();
    expect(epoch.leftOut).toEqual([]);
    await tree.layer("c").start();
    await tree.online();
    await tree.until(() => tree.balance("c", 0xb0bn) === 3n, "c has its transaction again");
    await tree.call("c", "pay", [0xb0bn, 1n]);
    const next = await tree.settle();
    expect(next.leftOut).toEqual([]);
    expect(tree.balance("c", 0xb0bn)).toBe(4n);
  });

  it("refuses to send to a layer that is offline or unknown", async () => {
    await fund("d", 100n);
    await tree.layer("c").stop();
    await tree.until(() => tree.coordinator.layers().some(({ status }) => status === "offline"), "c is offline");
    await sleep(250);
    await expect(tree.call("d", "send", [tree.idOf("c"), alice, 10n])).rejects.toMatchObject({
      code: "sequencer/destination-offline",
    });
    await expect(tree.call("d", "send", [0x123n, alice, 10n])).rejects.toMatchObject({
      code: "sequencer/destination-offline",
    });
    await tree.layer("c").start();
  });

  it("settles one of two blocks that two nodes with one key signed for a time, and keeps both signatures as evidence", async () => {
    const mallory = signTransaction(tree.unsigned("b", "pay", [0xe1en, 0n], { nonce: 0, secret: 66n }), 66n);
    const first = await tree.call("b", "pay", [0xb0bn, 0n]);
    const rival = await tree.startRival("b", () => first.time);
    const second = await rival.sequencer.submit(mallory);
    expect(second.time).toBe(first.time);
    await tree.until(() => tree.coordinator.evidence().evidence.length === 1, "the evidence is kept");
    const [evidence] = tree.coordinator.evidence().evidence;
    expect(evidence!.first).toMatchObject({ layerId: tree.idOf("b"), time: first.time });
    expect(verifyEquivocation(evidence!)).toBe(true);
    expect(verifyEquivocation({ ...evidence!, second: evidence!.first })).toBe(false);
    await tree.until(() => rival.link.status().coordinator === "refused", "the second node is refused");
    const epoch = await tree.settle();
    expect(epoch).toMatchObject({ layers: 1, blocks: 1, transactions: 1, leftOut: [] });
    await tree.until(() => tree.layer("b").store.block(1)?.status === "settled", "the first block has settled");
    expect(tree.layer("b").store.block(1)!.transactions).toEqual([first.transactionHash]);
    expect(rival.store.block(1)!.status).toBe("sealed");
  });

  it("refuses a second node that makes other blocks in the place of the first one's, at whatever time", async () => {
    const mallory = signTransaction(tree.unsigned("b", "pay", [0xe1en, 0n], { nonce: 0, secret: 66n }), 66n);
    await tree.call("b", "pay", [0xb0bn, 0n]);
    const rival = await tree.startRival("b");
    await rival.sequencer.submit(mallory);
    await tree.until(() => rival.link.status().coordinator === "refused", "the second node is refused");
    expect(rival.link.status().reason).toMatch(/another sequencer runs this layer/);
  });

  it("goes on after the coordinator was killed in the middle of an epoch", async () => {
    await fund("d", 100n);
    await tree.call("d", "send", [tree.idOf("c"), alice, 10n]);
    await tree.until(() => tree.balance("c") === 10n, "c has got the money");
    await tree.stopCoordinator();
    await tree.call("d", "send", [tree.idOf("c"), alice, 5n]);
    await tree.startCoordinator();
    await tree.online();
    await tree.until(() => tree.balance("c") === 15n, "c has got the rest");
    const epoch = await tree.settle();
    expect(epoch.leftOut).toEqual([]);
    expect(owned()).toBe(100n);
  });

  it("still knows L1's deposits when it was killed while it proved", async () => {
    await fund("d", 100n);
    // L1 is away, so the epoch waits to be submitted.
    tree.l1.faults.beforeSettling = 1_000;
    await tree.until(async () => {
      await tree.coordinator.endEpoch();
      return tree.coordinator.network().epoch.proving === 1;
    }, "the epoch has ended");
    await tree.stopCoordinator();
    tree.l1.faults.beforeSettling = 0;
    await tree.startCoordinator();
    await tree.until(() => tree.settled.length === 1, "the epoch has settled");
    expect(tree.settled[0]!.leftOut).toEqual([]);
  });

  it("still knows whom it has left out when it was killed while it proved", async () => {
    await fund("c", 100n);
    await fund("d", 100n);
    tree.refused.add(String(tree.idOf("c")));
    tree.l1.faults.beforeSettling = 1_000;
    await tree.until(async () => {
      await tree.coordinator.endEpoch();
      return tree.prover.made.includes("settlement");
    }, "the epoch is proven");
    await tree.stopCoordinator();
    tree.l1.faults.beforeSettling = 0;
    await tree.startCoordinator();
    await tree.until(() => tree.settled.length === 1, "the epoch has settled");
    expect(tree.settled[0]!.leftOut).toMatchObject([{ layer: "c", rule: "proof" }]);
  });

  it("submits again what it has submitted, whatever has happened since", async () => {
    await fund("b", 100n);
    await fund("d", 100n);
    // L1 gets the transaction, and the coordinator is killed before L1 answers.
    const { layerOne, faults } = tree.l1;
    const submitted: { readonly rootOut: bigint }[] = [];
    const settle = layerOne.settle;
    layerOne.settle = async (settling) => {
      submitted.push(settling);
      return await settle(settling);
    };
    faults.beforeSettling = 1_000;
    await tree.until(async () => {
      await tree.coordinator.endEpoch();
      return submitted.length > 0;
    }, "the epoch is submitted");
    // A block of the next epoch can't be proven, so nothing of its layer is chosen for a while.
    tree.refused.add(String(tree.idOf("d")));
    tree.prover.refusalMilliseconds = 2_000;
    await tree.call("d", "pay", [0xb0bn, 1n]);
    await tree.until(() => tree.prover.refusals.length > 0, "no proof of the block is found");
    await tree.stopCoordinator();
    faults.beforeSettling = 0;
    await tree.startCoordinator();
    await tree.until(() => tree.settled.length > 0, "the epoch has settled");
    expect(new Set(submitted.map(({ rootOut }) => rootOut)).size).toBe(1);
    expect(tree.settled[0]).toMatchObject({ layers: 2, leftOut: [] });
  });

  it("asks for circuits that were lost with the coordinator when their layers are back", async () => {
    await fund("d", 100n);
    const handedOver = () => tree.coordinator.network().layers.some(({ blocksSealed }) => blocksSealed > 0);
    await tree.until(handedOver, "its block is handed over");
    await tree.stopCoordinator();
    tree.uploads.areHere = false;
    await tree.startCoordinator();
    await tree.online();
    expect(await tree.settle()).toMatchObject({ layers: 1, leftOut: [] });
    expect(tree.uploads.areHere).toBe(true);
  });

  it("recognises an epoch that L1 accepted while the answer was lost", async () => {
    await fund("d", 100n);
    tree.l1.faults.afterSettling = 1;
    const epoch = await tree.settle();
    expect(epoch.l1Transaction).toBe("0x01");
    await tree.call("d", "pay", [0xb0bn, 1n]);
    expect((await tree.settle()).epoch).toBe(2);
  });
});
